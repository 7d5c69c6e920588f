/** Passes connections on to a server, until it cuts them. */
export class Relay implements Disposable {
  /** Where it listens. */
  readonly addr: string;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: string;
  #open: Deno.Conn[] = [];

  /** Begins. */
  constructor(target: string) {
    this.#target = target;
    this.addr = `127.0.0.1:${this.#listener.addr.port}`;
    void this.#accept();
  }

  /** Cuts all connections, wherever they are. */
  cut(): void {
    for (const conn of this.#open) close(conn);
    this.#open = [];
  }

  async #accept(): Promise<void> {
    const [hostname = "", port] = this.#target.split(":");
    try {
      for await (const client of this.#listener) {
        const server = await Deno.connect({ hostname, port: Number(port) });
        this.#open.push(client, server);
        void pass(client, server);
        void pass(server, client);
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

async function pass(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
      for (let done = 0; done < count;) done += await to.write(buffer.subarray(done, count));
    }
  } catch {
    // It was cut.
  }
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
