import { Acceptor, type Address, Connection, formatDuration, LONGEST_TIMER, TimeoutError } from "../core/mod.ts";
import { Broadcast } from "./broadcast.ts";
import { exchange } from "./exchange.ts";
import type { ListenOptions } from "./listen_options.ts";
import type { ConnectionReport } from "./report.ts";

/** A server that listens, in the shape of `Deno.serve`'s. */
export interface TcpServer extends AsyncDisposable {
  /** Where it listens: `127.0.0.1:9000`. */
  readonly addr: string;
  /** The port, where there is one. */
  readonly port?: number;
  /** Resolves when it has stopped; with the last connection's report, when it served one. Rejects when input or output failed. */
  readonly finished: Promise<ConnectionReport | undefined>;
  /** Stops accepting, gives open connections a moment to end, and resolves when all is over. */
  shutdown(): Promise<void>;
}

/** Milliseconds that open connections have to end after a shutdown. */
const GRACE = 5000;

/**
 * Listens on an address and passes bytes between its clients and an input and output.
 *
 * Needs the net permission; for a unix socket also read and write of its path.
 *
 * @throws {SystemError} `address-in-use` and the like.
 * @example
 * ```ts
 * import { listen, parseAddress } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = listen(parseAddress("127.0.0.1:0", { anyPort: true }));
 * const client = await Deno.connect({ port: server.port ?? 0 });
 * await client.write(new TextEncoder().encode("hello"));
 * client.close();
 * assertEquals((await server.finished)?.bytesIn, 5);
 * ```
 */
export function listen(address: Address, options: ListenOptions = {}): TcpServer {
  return new Server(address, options);
}

class Server implements TcpServer {
  readonly addr: string;
  readonly port?: number;
  readonly finished: Promise<ConnectionReport | undefined>;
  readonly #acceptor: Acceptor;
  readonly #options: ListenOptions;
  readonly #stop = new AbortController();
  #waiting?: ReturnType<typeof setTimeout>;
  #timedOut?: TimeoutError;

  constructor(address: Address, options: ListenOptions) {
    this.#options = options;
    this.#acceptor = new Acceptor(address, options);
    this.addr = this.#acceptor.address;
    this.port = this.#acceptor.port;
    const { signal } = options;
    const stop = () => this.#halt();
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    if (options.timeout !== undefined) this.#waitFor(options.timeout);
    this.finished = this.#serve().finally(() => {
      signal?.removeEventListener("abort", stop);
      this.#halt();
    }).then((report) => {
      if (this.#timedOut) throw this.#timedOut;
      return report;
    });
    // Who only shuts it down need not look at how it ended.
    this.finished.catch(() => {});
  }

  async shutdown(): Promise<void> {
    this.#halt();
    await this.finished.catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** Gives up when nobody has come in this time. */
  #waitFor(timeout: number): void {
    const giveUp = () => {
      this.#timedOut = new TimeoutError(`no client connected to ${this.addr} within ${formatDuration(timeout)}`, {
        operation: "listen",
        phase: "connect",
      });
      this.#halt();
    };
    this.#waiting = setTimeout(giveUp, Math.min(timeout, LONGEST_TIMER));
    this.#stop.signal.addEventListener("abort", () => clearTimeout(this.#waiting), { once: true });
  }

  #halt(): void {
    this.#stop.abort();
    this.#acceptor.close();
  }

  async #serve(): Promise<ConnectionReport | undefined> {
    if (this.#options.broadcast) return void await this.#serveAll();
    let last: ConnectionReport | undefined;
    do {
      const connection = await this.#next();
      if (!connection) return last;
      if (!this.#options.keep) this.#acceptor.close();
      last = await this.#exchange(connection);
    } while (this.#options.keep);
    return last;
  }

  async #exchange(connection: Connection): Promise<ConnectionReport> {
    const { keep, onConnect, onReport } = this.#options;
    onConnect?.(connection.remote);
    const signal = this.#stop.signal;
    const report = await exchange(connection, { ...this.#options, signal, grace: GRACE, keepOutput: keep });
    onReport?.(report);
    return report;
  }

  /** The next client that is let in. Who fails in the handshake is reported and forgotten. */
  async #next(): Promise<Connection | undefined> {
    while (true) {
      const conn = await this.#acceptor.accept();
      if (!conn) return undefined;
      const admitted = await this.#acceptor.admit(conn, this.#stop.signal);
      if (admitted instanceof Connection) {
        clearTimeout(this.#waiting);
        return admitted;
      }
      if (!this.#stop.signal.aborted) this.#refused(admitted.peer, admitted.error);
    }
  }

  #refused(peer: string, error: ConnectionReport["error"]): void {
    this.#options.onReport?.({ peer, local: this.addr, bytesIn: 0, bytesOut: 0, ms: 0, ended: "failed", error });
  }

  async #serveAll(): Promise<void> {
    const broadcast = new Broadcast({ ...this.#options, grace: GRACE, signal: this.#stop.signal });
    // Input or output that fails ends the server.
    await Promise.race([this.#letIn(broadcast), broadcast.failed]);
    await broadcast.finished();
  }

  async #letIn(broadcast: Broadcast): Promise<void> {
    for (let conn = await this.#acceptor.accept(); conn; conn = await this.#acceptor.accept()) {
      if (broadcast.full) broadcast.turnAway(this.#acceptor.plain(conn));
      else void this.#join(broadcast, conn);
    }
  }

  async #join(broadcast: Broadcast, conn: Deno.Conn): Promise<void> {
    const release = broadcast.reserve();
    const admitted = await this.#acceptor.admit(conn, this.#stop.signal);
    release();
    if (admitted instanceof Connection) {
      clearTimeout(this.#waiting);
      broadcast.join(admitted);
    } else this.#refused(admitted.peer, admitted.error);
  }
}
