/** A forwarded connection. */
interface Passed {
  readonly client: Deno.Conn;
  readonly server: Deno.Conn;
  /** Whether data from the server is dropped. */
  muted: boolean;
  /** Whether the server is not told that the client has disconnected. */
  abandoned: boolean;
}

/** Forwards connections to a server until it cuts them. */
export class Relay implements Disposable {
  /** Its port. */
  readonly addr: string;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: string;
  #open: Passed[] = [];
  /** Whether new connections are closed at once. */
  blocked = false;

  /** Starts forwarding. */
  constructor(target: string) {
    this.#target = target;
    this.addr = `127.0.0.1:${this.#listener.addr.port}`;
    void this.#accept();
  }

  /** Cuts all connections. */
  cut(): void {
    for (const { client, server } of this.#open.splice(0)) [client, server].forEach(close);
  }

  /** Drops all further data from the server. */
  mute(): void {
    for (const passed of this.#open) passed.muted = true;
  }

  /** Disconnects all clients without closing the connections to the server. */
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
        if (this.blocked) {
          close(client);
          continue;
        }
        const server = await Deno.connect({ hostname, port: Number(port) });
        const passed = { client, server, muted: false, abandoned: false };
        this.#open.push(passed);
        void pass(passed, client, server);
        void pass(passed, server, client);
      }
    } catch {
      // It is already closed.
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
    // It is already cut.
  }
  if (passed.abandoned) return;
  close(from);
  close(to);
}

function close(closable: { close(): void }): void {
  try {
    closable.close();
  } catch {
    // It is already closed.
  }
}
