import type { KeyPair } from "../../tls/certificate/certificate.ts";
import type { LineFault } from "../../bytes/crlf_lines.ts";
import type { ServerTls } from "../../tls/server/options.ts";
import type { ToucanError } from "../../errors/errors.ts";
import type { Trace, TraceDirection } from "../../trace.ts";

/** A client as the protocol of a server meets it: lines in, replies out. */
export interface LineClient {
  /** Address of the client. */
  readonly peer: string;
  /** Address that it has connected to. */
  readonly local: string;
  /** Whether the connection uses TLS. */
  readonly secure: boolean;
  /** Fires when the server stops: what waits for something else than a line should end. */
  readonly leaving: AbortSignal;
  /** Number of bytes that were received and not read yet. */
  readonly pending: number;
  /**
   * Returns the next line without its CR LF; null when there is none: the client has closed its side, has taken too long, or the
   * server stops. The protocol returns then.
   *
   * @throws {LineViolation} For a line that is not one. What follows cannot be read.
   */
  line(options?: LineWait): Promise<Uint8Array | null>;
  /** Reads bytes that are not lines, such as a literal; null when the client has closed its side. 1024 bytes must arrive in each idle timeout. */
  read(into: Uint8Array): Promise<number | null>;
  /** Queues a reply, with its CR LF. It is sent, together with others, when nothing is left to be answered. */
  reply(text: string): void;
  /** Sends the queued replies, then these bytes. A client that does not read is disconnected after the write timeout. */
  write(bytes: Uint8Array): Promise<void>;
  /** Sends the queued replies. */
  flush(): Promise<void>;
  /**
   * Sends the queued replies, and does the TLS handshake.
   *
   * @throws {NetworkError} `starttls-injection` if bytes are pending: they would be read as sent under TLS.
   */
  startTls(): Promise<void>;
  /** Adds to the trace. Replies of {@link reply} are there already. */
  trace(direction: TraceDirection, text: string): void;
}

/** A {@link LineClient} whose input can be looked at, for protocols in which a decoder finds where something ends. */
export interface PeekingLineClient extends LineClient {
  /** Returns what was received and not read yet, at least one byte, without taking it; the caller's until the next read. Ends as {@link read}. */
  peek(): Promise<Uint8Array | null>;
  /** Takes bytes that {@link peek} has returned. */
  skip(count: number): void;
}

/** Limits for a line. */
export interface LineWait {
  /**
   * Maximum length in bytes.
   *
   * @default {8192}
   */
  readonly limit?: number;
  /**
   * Milliseconds in which the whole line must arrive.
   *
   * @default {the idle timeout}
   */
  readonly timeout?: number;
}

/** A violation of the line format. */
export class LineViolation extends Error {
  /** Name of the class. */
  override readonly name: string = "LineViolation";

  /** Creates the error. */
  constructor(readonly problem: LineFault) {
    super(problem);
  }
}

/** Last lines to clients, with their CR LF. */
export interface Farewell {
  /** To a client that has taken too long. */
  readonly timeout: string;
  /** When the server stops. */
  readonly stopping: string;
  /** To a client beyond the limit of connections. */
  readonly tooMany: string;
}

/** Options of a server of a line protocol. Times are in milliseconds. */
export interface LineServerOptions {
  /**
   * Certificate; without it, no TLS.
   *
   * @default {undefined}
   */
  readonly tls?: ServerTls & Partial<Pick<KeyPair, "pin">>;
  /**
   * Whether TLS starts with the first byte.
   *
   * @default {false}
   */
  readonly implicitTls?: boolean;
  /**
   * Maximum number of simultaneous connections.
   *
   * @default {1000}
   */
  readonly maxConnections?: number;
  /**
   * Timeout for a command.
   *
   * @default {600000}
   */
  readonly idleTimeout?: number;
  /**
   * Timeout for a TLS handshake.
   *
   * @default {10000}
   */
  readonly handshakeTimeout?: number;
  /**
   * Time in which a client must accept 64 KiB.
   *
   * @default {30000}
   */
  readonly writeTimeout?: number;
  /**
   * Signal that stops the server, as `shutdown` does.
   *
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
  /**
   * Receives every dialogue.
   *
   * @default {undefined}
   */
  readonly trace?: Trace;
  /**
   * Called when a client failed, was rejected or disconnected.
   *
   * @default {undefined}
   */
  readonly onFault?: (fault: { readonly peer: string; readonly error: ToucanError }) => void;
  /** Last lines. */
  readonly farewell: Farewell;
}

/** A server of a line protocol that listens, in the shape of `Deno.serve`'s server. */
export interface LineServer extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Where clients reach it, as text. */
  readonly address: string;
  /** Port. */
  readonly port: number;
  /** Pin of the key of its certificate; undefined without TLS. */
  readonly pin?: string;
  /** Number of open connections. */
  readonly connections: number;
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  /** Stops accepting, lets commands end (5 s at most), and resolves when all connections are closed. */
  shutdown(): Promise<void>;
}
