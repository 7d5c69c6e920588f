/** One connection that is passed on. */
interface Passed {
  readonly client: Deno.Conn;
  readonly server: Deno.Conn;
  /** Whether what the server says is lost on the way. */
  muted: boolean;
  /** Whether the server does not get to know that the client is gone. */
  abandoned: boolean;
}

/** Passes connections on to a server, until it cuts them. */
export class Relay implements Disposable {
  /** Where it listens. */
  readonly addr: string;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: string;
  #open: Passed[] = [];

  /** Begins. */
  constructor(target: string) {
    this.#target = target;
    this.addr = `127.0.0.1:${this.#listener.addr.port}`;
    void this.#accept();
  }

  /** Cuts all connections, wherever they are. */
  cut(): void {
    for (const { client, server } of this.#open.splice(0)) [client, server].forEach(close);
  }

  /** Loses what the server says from now on. */
  mute(): void {
    for (const passed of this.#open) passed.muted = true;
  }

  /** Cuts all clients off, and leaves the server in the belief that they are there. */
  abandon(): void {
    for (const passed of this.#open) {
      passed.abandoned = true;
      close(passed.client);
    }
  }

  async #accept(): Promise<void> {
    const [hostname = "", port] = this.#target.split(":");
    try {
      for await (const client of this.#listener) {
        const server = await Deno.connect({ hostname, port: Number(port) });
        const passed = { client, server, muted: false, abandoned: false };
        this.#open.push(passed);
        void pass(passed, client, server);
        void pass(passed, server, client);
      }
    } catch {
      // It was closed.
    }
  }

  /** Stops. */
  [Symbol.dispose](): void {
    close(this.#listener);
    this.cut();
  }
}

async function pass(passed: Passed, from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
      if (passed.muted && from === passed.server) continue;
      for (let done = 0; done < count;) done += await to.write(buffer.subarray(done, count));
    }
  } catch {
    // It was cut.
  }
  if (passed.abandoned) return;
  close(from);
  close(to);
}

function close(closable: { close(): void }): void {
  try {
    closable.close();
  } catch {
    // It is closed.
  }
}
