import { type Connection, NetworkError } from "../../core/mod.ts";
import { HTTP_LIMITS } from "../codec/limits.ts";
import { type ConnectionContext, ServerConnection } from "./connection.ts";
import type { Http2Connection } from "./http2/connection.ts";
import { TrustedProxies } from "./request/trusted_proxies.ts";
import type { Handler, HttpServerOptions } from "./types.ts";

/** Milliseconds that requests in flight have to end after a shutdown. */
const GRACE = 5000;
/** Milliseconds that a client has to close its side when all was said. */
const LINGER = 2000;

/** Options of {@link HttpConnections}. */
export type HttpConnectionsOptions = Pick<
  HttpServerOptions,
  | "headerTimeout"
  | "bodyTimeout"
  | "idleTimeout"
  | "writeTimeout"
  | "limits"
  | "bodyProgress"
  | "drain"
  | "onRequest"
  | "trace"
  | "trustProxy"
>;

/** Serves HTTP on connections that are accepted already: by {@link serveHttp}, or by a server of another protocol on the same port. */
export class HttpConnections {
  readonly #context: ConnectionContext;
  readonly #open = new Set<ServerConnection | Http2Connection>();
  readonly #ticker: ReturnType<typeof setInterval>;
  #stopped = false;
  #late?: ReturnType<typeof setTimeout>;

  /**
   * Starts the timer of the timeouts; {@link end} stops it.
   *
   * @throws {UsageError} `invalid-network`.
   */
  constructor(handler: Handler, options: HttpConnectionsOptions = {}) {
    const { headerTimeout = 10_000, bodyTimeout = 30_000, idleTimeout = 60_000, writeTimeout = 30_000 } = options;
    this.#context = {
      handler,
      limits: { ...HTTP_LIMITS, ...options.limits },
      timeouts: { request: idleTimeout, head: headerTimeout, body: bodyTimeout, write: writeTimeout, linger: LINGER },
      progress: options.bodyProgress ?? 1024,
      drain: options.drain ?? 256 * 1024,
      onRequest: options.onRequest,
      trace: options.trace,
      proxies: options.trustProxy?.length ? new TrustedProxies(options.trustProxy) : undefined,
    };
    const shortest = Math.min(headerTimeout, bodyTimeout, idleTimeout, writeTimeout);
    this.#ticker = setInterval(() => this.#checkTimeouts(), Math.min(1000, Math.max(5, shortest / 4)));
  }

  /** Serves a connection until it is closed; never rejects. `first` is what was read from it already. */
  async serve(connection: Connection, first?: Uint8Array): Promise<void> {
    const served = await this.#served(connection, first);
    this.#open.add(served);
    if (this.#stopped) served.stop();
    await served.run();
    this.#open.delete(served);
  }

  /** Code for HTTP/2 is loaded with its first connection. */
  async #served(connection: Connection, first?: Uint8Array): Promise<ServerConnection | Http2Connection> {
    if (connection.security?.alpn !== "h2") return new ServerConnection(connection, this.#context, first);
    const { Http2Connection } = await import("./http2/connection.ts");
    return new Http2Connection(connection, this.#context);
  }

  /** Lets the requests in flight end, and closes connections that take longer than 5 s. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const connection of this.#open) connection.stop();
    this.#late = setTimeout(() => {
      const error = new NetworkError("the server has stopped", { code: "server-stopped" });
      for (const connection of this.#open) connection.cut(error);
    }, GRACE);
  }

  /** Stops the timers, once all connections are closed. */
  end(): void {
    clearInterval(this.#ticker);
    clearTimeout(this.#late);
  }

  /** Cuts the connections whose client has taken too long. */
  #checkTimeouts(): void {
    const now = performance.now();
    for (const connection of this.#open) connection.checkTimeouts(now);
  }
}
