import {
  Acceptor,
  type Address,
  type BoundAddr,
  Connection,
  type ListenInput,
  NetworkError,
  type ServerAddr,
  toListenAddress,
  toToucanError,
  ToucanError,
} from "../../core/mod.ts";
import { TcpConnection } from "../connection/connection.ts";
import type { ConnectionHandler, FailedConnection } from "./connection_handler.ts";
import type { TcpListenOptions } from "./listen_options.ts";
import type { ConnectionReport } from "../observe/report.ts";

/** Options of {@link serveConnections}. */
export type ConnectionOptions = Pick<
  TcpListenOptions,
  "onConnection" | "onError" | "tls" | "alpn" | "handshakeTimeout" | "maxConnections" | "signal"
>;

/** TCP server, in the shape of `Deno.serve`'s; iterating it accepts connections, unless a handler or a pipe handles them. */
export interface TcpServer<Addr extends ServerAddr = ServerAddr> extends AsyncDisposable, AsyncIterable<TcpConnection> {
  /** Address that it listens on. */
  readonly addr: Addr;
  /** Address as text: `127.0.0.1:9000`. */
  readonly address: string;
  /** Port, if there is one. */
  readonly port?: number;
  /**
   * Resolves when it has stopped; that of a pipe with the report of the last connection, if there was one. That of a pipe rejects when its
   * input or output fails, or no client connected in time.
   */
  readonly finished: Promise<ConnectionReport | undefined>;
  /** Stops accepting, closes open connections after 5 s, and resolves when all are closed. */
  shutdown(): Promise<void>;
}

/** Milliseconds after a shutdown in which open connections must end. */
const GRACE_MS = 5000;
const MAX_CONNECTIONS = 1000;

/** Serves connections, each by a handler or by iteration. */
export function serveConnections<At extends ListenInput>(at: At, options: ConnectionOptions): TcpServer<BoundAddr<At>>;
export function serveConnections(at: ListenInput, options: ConnectionOptions): TcpServer {
  return new Server(toListenAddress(at), options);
}

class Server implements TcpServer {
  readonly addr: ServerAddr;
  readonly address: string;
  readonly port?: number;
  readonly finished: Promise<undefined>;
  readonly #acceptor: Acceptor;
  readonly #options: ConnectionOptions;
  readonly #stop = new AbortController();
  readonly #finish = Promise.withResolvers<undefined>();
  readonly #open = new Set<TcpConnection>();
  readonly #arrived: TcpConnection[] = [];
  #arrival = Promise.withResolvers<void>();
  #started = false;
  #handshakes = 0;

  constructor(address: Address | Deno.Listener, options: ConnectionOptions) {
    this.#options = options;
    this.#acceptor = new Acceptor(address, options);
    this.addr = this.#acceptor.addr;
    this.address = this.#acceptor.address;
    this.port = this.#acceptor.port;
    this.finished = this.#finish.promise;
    const { signal } = options;
    const halt = () => this.#halt();
    signal?.addEventListener("abort", halt, { once: true });
    this.finished.finally(() => signal?.removeEventListener("abort", halt));
    if (options.onConnection) void this.#start();
    if (signal?.aborted) halt();
  }

  get #count(): number {
    return this.#open.size + this.#handshakes;
  }

  async shutdown(): Promise<void> {
    this.#halt();
    await this.finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** Accepts connections; the caller must close each. Leaving the loop stops the server. */
  async *[Symbol.asyncIterator](): AsyncGenerator<TcpConnection> {
    if (this.#options.onConnection) throw new TypeError("this server handles its connections with onConnection");
    if (!this.#started) void this.#start();
    try {
      while (true) {
        for (let next = this.#arrived.shift(); next; next = this.#arrived.shift()) yield next;
        if (this.#stop.signal.aborted) return;
        await this.#arrival.promise;
      }
    } finally {
      this.#halt();
    }
  }

  #halt(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#acceptor.close();
    this.#arrival.resolve();
    // No caller has these.
    for (const connection of this.#arrived.splice(0)) connection.close();
    if (!this.#started) this.#finish.resolve(undefined);
  }

  async #start(): Promise<void> {
    this.#started = true;
    const { maxConnections = MAX_CONNECTIONS } = this.#options;
    for (let conn = await this.#acceptor.accept(); conn; conn = await this.#acceptor.accept()) {
      if (this.#count < maxConnections || this.#acceptor.makeRoom()) void this.#admit(conn);
      else {
        const { remote: peer } = this.#acceptor.plain(conn);
        conn.close();
        const error = new NetworkError(`maximum of ${maxConnections} connections reached`, {
          code: "too-many-connections",
          peer,
        });
        this.#report({ peer, error });
      }
    }
    const late = setTimeout(() => this.#open.forEach((connection) => connection.close()), GRACE_MS);
    this.#settle();
    await this.finished;
    clearTimeout(late);
  }

  /** Resolves `finished` once the last connection is closed. */
  #settle(): void {
    if (this.#stop.signal.aborted && this.#count === 0) this.#finish.resolve(undefined);
  }

  async #admit(conn: Deno.Conn): Promise<void> {
    this.#handshakes++;
    const admitted = await this.#acceptor.admit(conn, this.#stop.signal);
    if (!(admitted instanceof Connection)) {
      if (!this.#stop.signal.aborted) this.#report(admitted);
      await admitted.gone;
      this.#handshakes--;
      return this.#settle();
    }
    this.#handshakes--;
    const connection: TcpConnection = new TcpConnection(admitted, () => {
      this.#open.delete(connection);
      this.#settle();
    });
    this.#open.add(connection);
    if (this.#options.onConnection) await this.#handle(connection, this.#options.onConnection);
    else if (this.#stop.signal.aborted) connection.close();
    else {
      this.#arrived.push(connection);
      this.#arrival.resolve();
      this.#arrival = Promise.withResolvers();
    }
  }

  async #handle(connection: TcpConnection, handler: ConnectionHandler): Promise<void> {
    try {
      await handler(connection);
    } catch (error) {
      this.#report({ peer: connection.peer, error: toToucanError(error) });
      // A peer that has disconnected is not waited for.
      if (error instanceof ToucanError) return connection.close();
    }
    await connection.end();
  }

  /** Reports an error of a handler; without `onError`, a programming error becomes an uncaught error of the program. */
  #report(failure: FailedConnection): void {
    const { onError } = this.#options;
    try {
      if (onError) onError(failure);
      else if (failure.error.code === "internal") reportError(failure.error.cause);
    } catch (error) {
      reportError(error);
    }
  }
}
