import type { CertificateSummary, Security, ServerTls, SocketFileOptions, Trace } from "../../core/mod.ts";
import type { ExchangeOptions } from "../connection/exchange.ts";
import type { PipeOptions } from "../connection/pipe.ts";
import type { ConnectionReport } from "../observe/report.ts";
import type { ConnectionHandler, FailedConnection } from "./connection_handler.ts";

/** Options of a pipe server, with its ends as a source and a sink. */
export interface ListenOptions extends Omit<ExchangeOptions, "keepOutput" | "grace" | "traceAs"> {
  /** Certificate for TLS; without it, no TLS. */
  readonly tls?: ServerTls;
  /** Application protocols to accept in the TLS handshake (ALPN), in order of preference. */
  readonly alpn?: readonly string[];
  /** Milliseconds in which a client must complete the TLS handshake. @default 10000 */
  readonly handshakeTimeout?: number;
  /** Whether to serve clients one after the other. Without it only the first is served. */
  readonly keep?: boolean;
  /** Whether to serve all clients at once, and to relay each one's data to all others. */
  readonly broadcast?: boolean;
  /** Mode and owner of the file of a unix socket. */
  readonly socketFile?: SocketFileOptions;
  /** Maximum number of clients at once. @default 100 */
  readonly maxConnections?: number;
  /** Milliseconds to wait for the first client. Without it there is no limit. */
  readonly timeout?: number;
  /** Called for each accepted client, with its certificate if one is required. */
  readonly onConnect?: (peer: string, certificate?: CertificateSummary, security?: Security) => void;
  /** Called for each connection that has ended. */
  readonly onReport?: (report: ConnectionReport) => void;
}

/** Options of {@link listen}: a handler or a loop for connections, or a pipe with all of {@link PipeOptions}. */
export interface TcpListenOptions extends PipeOptions {
  /**
   * Called for each connection, concurrently; the connection is closed gracefully when it returns.
   * @default {undefined}
   */
  readonly onConnection?: ConnectionHandler;
  /**
   * Called when a handler throws, or a client could not be accepted; the server continues. Without it, and when it throws
   * itself, an error that is not a `ToucanError` is reported as uncaught, as by `reportError`.
   * @default {undefined}
   */
  readonly onError?: (failure: FailedConnection) => void;
  /**
   * Certificate for TLS; without it, no TLS.
   * @default {undefined}
   */
  readonly tls?: ServerTls;
  /**
   * Application protocols to accept in the TLS handshake (ALPN), in order of preference.
   * @default {undefined}
   */
  readonly alpn?: readonly string[];
  /**
   * Milliseconds in which a client must complete the TLS handshake.
   * @default {10000}
   */
  readonly handshakeTimeout?: number;
  /**
   * Mode and owner of the file of a unix socket.
   * @default {undefined}
   */
  readonly socketFile?: SocketFileOptions;
  /**
   * Maximum number of clients at once; further ones are closed. With `broadcast` the default is 100.
   * @default {1000}
   */
  readonly maxConnections?: number;
  /**
   * Stops the server, as `shutdown` does.
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
  /**
   * For a pipe: whether to serve clients one after the other. Without it only the first is served.
   * @default {false}
   */
  readonly keep?: boolean;
  /**
   * For a pipe: whether to serve all clients at once, and to relay each one's data to all others.
   * @default {false}
   */
  readonly broadcast?: boolean;
  /**
   * For a pipe: milliseconds to wait for the first client. Without it there is no limit.
   * @default {undefined}
   */
  readonly timeout?: number;
  /**
   * For a pipe: called for each accepted client, with its certificate if one is required.
   * @default {undefined}
   */
  readonly onConnect?: (peer: string, certificate?: CertificateSummary, security?: Security) => void;
  /**
   * For a pipe: receives trace events: data (not with `broadcast`), the ends of both directions, and resets.
   * @default {undefined}
   */
  readonly trace?: Trace;
  /**
   * For a pipe: called for each connection that has ended.
   * @default {undefined}
   */
  readonly onReport?: (report: ConnectionReport) => void;
}
