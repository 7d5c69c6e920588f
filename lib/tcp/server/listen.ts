import {
  Acceptor,
  type Address,
  type BoundAddr,
  Connection,
  formatDuration,
  type ListenInput,
  MAX_TIMER_MS,
  type ServerAddr,
  TimeoutError,
  toListenAddress,
  UsageError,
} from "../../core/mod.ts";
import { AcceptQueue } from "./accept_queue.ts";
import { Broadcast } from "./broadcast.ts";
import { exchange } from "../connection/exchange.ts";
import type { ListenOptions, TcpListenOptions } from "./listen_options.ts";
import { pipeEnds, pipeOption } from "../connection/pipe.ts";
import { ByteCounter, type ConnectionReport } from "../observe/report.ts";
import type { TcpConnection } from "../connection/connection.ts";
import { serveConnections, type TcpServer } from "./server.ts";

/** Milliseconds after a shutdown in which open connections must end. */
const GRACE_MS = 5000;

/**
 * Listens on an address. Its clients are served by
 *
 * - `onConnection`, a handler that is called for each connection and reads and writes text or bytes;
 * - a loop: without options, `for await (const connection of server)` accepts them one by one;
 * - a pipe: with `input` or `output`, data is transferred between these and one client (with `keep` one client after
 * the other, with `broadcast` all at once), and `finished` resolves with a report; the same with any other option for a
 * pipe.
 *
 * Permissions: `--allow-net=HOST:PORT` (for a free port `--allow-net=HOST:0`); for a unix socket
 * `--allow-net=unix:PATH`, `--allow-read=PATH` and `--allow-write=PATH`.
 *
 * @param address The address to listen on.
 * @returns The server; it is listening when the call returns.
 * @throws {SystemError} `address-in-use` and the like.
 * @throws {UsageError} When `onConnection` is combined with an option for a pipe.
 * @example A handler for each connection
 * ```ts
 * import { connect, listen } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = listen("127.0.0.1:0", {
 *   onConnection: async (connection) => {
 *     for await (const line of connection.lines()) await connection.write(`hello ${line}\n`);
 *   },
 * });
 * await using connection = await connect(server.addr);
 * await connection.send("ann\n");
 * assertEquals(await connection.receive(), "hello ann\n");
 * ```
 * @example One connection after the other
 * ```ts
 * import { connect, listen } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = listen("127.0.0.1:0");
 * await using client = await connect(server.addr);
 * for await (const connection of server) {
 *   await connection.write("hello\n");
 *   break;
 * }
 * assertEquals(await client.readLine(), "hello");
 * ```
 * @example A pipe: the data of a client, as a stream
 * ```ts
 * import { connect, listen } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
 * await using server = listen("127.0.0.1:0", { output: writable });
 * const [, text] = await Promise.all([connect(server.addr, { input: "hello" }), new Response(readable).text()]);
 * assertEquals([text, (await server.finished)?.bytesIn], ["hello", 5]);
 * ```
 */
export function listen<const At extends ListenInput>(address: At, options?: TcpListenOptions): TcpServer<BoundAddr<At>>;
export function listen(address: ListenInput, options: TcpListenOptions = {}): TcpServer {
  const piped = pipeOption(options, "keep", "broadcast", "timeout", "onConnect", "onReport", "trace");
  if (piped === undefined) return serveConnections(address, options);
  if (options.onConnection) {
    throw new UsageError(`onConnection cannot be combined with ${piped}, which requires a pipe`);
  }
  return listenPipe(address, options);
}

/** Does the same as the pipe of {@link listen}, also without any of its options. */
export function listenPipe(address: ListenInput, options: TcpListenOptions): TcpServer {
  return new Server(toListenAddress(address), { ...options, ...pipeEnds(options) });
}

class Server implements TcpServer {
  readonly addr: ServerAddr;
  readonly address: string;
  readonly port?: number;
  readonly finished: Promise<ConnectionReport | undefined>;
  readonly #acceptor: Acceptor;
  readonly #options: ListenOptions;
  readonly #stop = new AbortController();
  #waiting?: ReturnType<typeof setTimeout>;
  #timedOut?: TimeoutError;

  constructor(address: Address | Deno.Listener, options: ListenOptions) {
    this.#options = options;
    this.#acceptor = new Acceptor(address, options);
    this.addr = this.#acceptor.addr;
    this.address = this.#acceptor.address;
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
    // A caller that only shuts the server down need not handle `finished`.
    this.finished.catch(() => {});
  }

  async shutdown(): Promise<void> {
    this.#halt();
    await this.finished.catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  [Symbol.asyncIterator](): AsyncIterator<TcpConnection> {
    throw new TypeError("this server is a pipe: its clients are connected to input and output");
  }

  /** Stops when no client has connected in time. */
  #waitFor(timeout: number): void {
    const giveUp = () => {
      this.#timedOut = new TimeoutError(`no client connected to ${this.address} within ${formatDuration(timeout)}`, {
        operation: "listen",
        phase: "connect",
      });
      this.#halt();
    };
    this.#waiting = setTimeout(giveUp, Math.min(timeout, MAX_TIMER_MS));
    this.#stop.signal.addEventListener("abort", () => clearTimeout(this.#waiting), { once: true });
  }

  #halt(): void {
    this.#stop.abort();
    this.#acceptor.close();
  }

  async #serve(): Promise<ConnectionReport | undefined> {
    if (this.#options.broadcast) return void await this.#serveAll();
    const { keep, tls, onReport } = this.#options;
    const queue = new AcceptQueue(this.#acceptor, {
      tls: tls !== undefined,
      limit: this.#options.maxConnections ?? 100,
      refused: (peer, error) => this.#refused(peer, error),
      overLimit: (connection) => {
        connection.close();
        onReport?.(new ByteCounter().report(connection, "turned-away"));
      },
    });
    let last: ConnectionReport | undefined;
    try {
      do {
        const connection = await queue.next();
        if (!connection) return last;
        clearTimeout(this.#waiting);
        if (!keep) {
          this.#acceptor.close();
          queue.close();
        }
        last = await this.#exchange(connection);
      } while (keep);
      return last;
    } finally {
      queue.close();
    }
  }

  async #exchange(connection: Connection): Promise<ConnectionReport> {
    const { keep, onConnect, onReport } = this.#options;
    onConnect?.(connection.remote, connection.security?.certificate, connection.security);
    const signal = this.#stop.signal;
    const report = await exchange(connection, {
      ...this.#options,
      signal,
      grace: GRACE_MS,
      keepOutput: keep,
      traceAs: keep ? connection.remote : undefined,
    });
    onReport?.(report);
    return report;
  }

  #refused(peer: string, error: ConnectionReport["error"]): void {
    this.#options.onReport?.({ peer, local: this.address, bytesIn: 0, bytesOut: 0, ms: 0, ended: "failed", error });
  }

  async #serveAll(): Promise<void> {
    const broadcast = new Broadcast({ ...this.#options, grace: GRACE_MS, signal: this.#stop.signal });
    // A failure of input or output stops the server.
    await Promise.race([this.#letIn(broadcast), broadcast.failed]);
    await broadcast.finished();
  }

  async #letIn(broadcast: Broadcast): Promise<void> {
    for (let conn = await this.#acceptor.accept(); conn; conn = await this.#acceptor.accept()) {
      if (broadcast.full && !this.#acceptor.makeRoom()) broadcast.turnAway(this.#acceptor.plain(conn));
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
    } else if (!this.#stop.signal.aborted) this.#refused(admitted.peer, admitted.error);
  }
}
