import type { CertificateSummary, Security, ServerTls, SocketFileOptions, Trace } from "../../core/mod.ts";
import type { ExchangeOptions } from "../connection/exchange.ts";
import type { PipeOptions } from "../connection/pipe.ts";
import type { ConnectionReport } from "../observe/report.ts";
import type { ConnectionHandler, FailedConnection } from "./connection_handler.ts";

/** How a pipe serves, its ends as a source and a sink. */
export interface ListenOptions extends Omit<ExchangeOptions, "keepOutput" | "grace" | "traceAs"> {
  /** The certificate to speak TLS with; without it plain. */
  readonly tls?: ServerTls;
  /** The protocols offered in the TLS handshake, the best first. */
  readonly alpn?: readonly string[];
  /** Milliseconds that a client has for the TLS handshake. @default 10000 */
  readonly handshakeTimeout?: number;
  /** Whether it serves client after client. Without it the first one is the only one. */
  readonly keep?: boolean;
  /** Whether all clients are served at once, and what one end sends goes to all others. */
  readonly broadcast?: boolean;
  /** Mode and owner of the file of a unix socket. */
  readonly socketFile?: SocketFileOptions;
  /** How many clients there may be at once. @default 100 */
  readonly maxConnections?: number;
  /** Milliseconds to wait for the first client. Without it for ever. */
  readonly timeout?: number;
  /** Called for each client that was let in, with its certificate where one is required. */
  readonly onConnect?: (peer: string, certificate?: CertificateSummary, security?: Security) => void;
  /** Called for each connection that is over. */
  readonly onReport?: (report: ConnectionReport) => void;
}

/** How `listen` serves: connections by a handler or a loop, or a pipe, to which all options of {@link PipeOptions} belong. */
export interface TcpListenOptions extends PipeOptions {
  /**
   * Called for each connection, beside the others; the connection is ended when it returns.
   * @default {undefined}
   */
  readonly onConnection?: ConnectionHandler;
  /**
   * Called when a handler throws, or a client could not be accepted; the server goes on. Without it, and when it throws
   * itself, what is no `ToucanError` is an uncaught error of the program, as by `reportError`.
   * @default {undefined}
   */
  readonly onError?: (failure: FailedConnection) => void;
  /**
   * The certificate to speak TLS with; without it plain.
   * @default {undefined}
   */
  readonly tls?: ServerTls;
  /**
   * The protocols offered in the TLS handshake, the best first.
   * @default {undefined}
   */
  readonly alpn?: readonly string[];
  /**
   * Milliseconds that a client has for the TLS handshake.
   * @default {10000}
   */
  readonly handshakeTimeout?: number;
  /**
   * Mode and owner of the file of a unix socket.
   * @default {undefined}
   */
  readonly socketFile?: SocketFileOptions;
  /**
   * How many clients there may be at once; further ones are closed.
   * @default 1000, with `broadcast` 100
   */
  readonly maxConnections?: number;
  /**
   * Stops the server, as `shutdown` does.
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
  /**
   * For a pipe: whether it serves client after client. Without it the first one is the only one.
   * @default {false}
   */
  readonly keep?: boolean;
  /**
   * For a pipe: whether all clients are served at once, and what one sends goes to all others.
   * @default {false}
   */
  readonly broadcast?: boolean;
  /**
   * For a pipe: milliseconds to wait for the first client. Without it there is no limit.
   * @default {undefined}
   */
  readonly timeout?: number;
  /**
   * For a pipe: called for each client that was accepted, with its certificate where one is required.
   * @default {undefined}
   */
  readonly onConnect?: (peer: string, certificate?: CertificateSummary, security?: Security) => void;
  /**
   * For a pipe: takes what crosses (not with `broadcast`), the ends of both directions, and resets.
   * @default {undefined}
   */
  readonly trace?: Trace;
  /**
   * For a pipe: called for each connection that has ended.
   * @default {undefined}
   */
  readonly onReport?: (report: ConnectionReport) => void;
}
