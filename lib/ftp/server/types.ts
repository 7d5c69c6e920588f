import type { Credentials } from "../../core/credentials.ts";
import type { ServerTls, ToucanError, Trace } from "../../core/mod.ts";

/** Ports from one to another, both included. */
export interface PortRange {
  /** First port. */
  readonly from: number;
  /** Last port. */
  readonly to: number;
}

/** Options of {@link serveFtp}. Times are in milliseconds. */
export interface FtpServerOptions {
  /**
   * Certificate for TLS. Then clients must use it, for login and data: by `AUTH TLS` (explicit), or from the first byte
   * (`implicit`).
   * @default {undefined}
   */
  readonly tls?: ServerTls;
  /**
   * Whether connections begin with a TLS handshake. Requires `tls`.
   * @default {false}
   */
  readonly implicit?: boolean;
  /**
   * Credentials that clients must present. Without them every user name and password is accepted.
   * @default {undefined}
   */
  readonly credentials?: Credentials;
  /**
   * Ports for data connections. By default the system chooses.
   * @default {undefined}
   */
  readonly passivePorts?: PortRange;
  /**
   * IPv4 address that replies to `PASV` contain, where a NAT translates it. By default the address that the client is
   * connected to.
   * @default {undefined}
   */
  readonly passiveHost?: string;
  /**
   * Maximum number of control connections; each has at most one data connection.
   * @default {1000}
   */
  readonly maxConnections?: number;
  /**
   * Maximum time between two commands.
   * @default {300000}
   */
  readonly idleTimeout?: number;
  /**
   * Maximum time to log in.
   * @default {60000}
   */
  readonly loginTimeout?: number;
  /**
   * Maximum time in which a data connection must be opened, and in which data must move on it.
   * @default {30000}
   */
  readonly dataTimeout?: number;
  /**
   * Stops the server, as `shutdown` does.
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
  /**
   * Receives commands and replies, passwords masked.
   * @default {undefined}
   */
  readonly trace?: Trace;
  /**
   * Called when a command that names a file, or a failed login, was answered; must not throw.
   * @default {undefined}
   */
  readonly onEvent?: (event: FtpEvent) => void;
  /**
   * Called for a client that was rejected, or was disconnected because of an error; must not throw.
   * @default {undefined}
   */
  readonly onRefused?: (client: RefusedFtpClient) => void;
}

/** Command of a client that was answered. */
export interface FtpEvent {
  /** Address of the client. */
  readonly peer: string;
  /** User name, once logged in. Untrusted text. */
  readonly user?: string;
  /** Command, such as `RETR`; `PASS` for a login that failed. */
  readonly command: string;
  /** Absolute path that the command names; empty without one. Untrusted text. */
  readonly path: string;
  /** Code of the last reply; 0 when the client was gone before it. */
  readonly code: number;
  /** Bytes on the data connection. */
  readonly bytes: number;
  /** Milliseconds from the command to the last reply. */
  readonly ms: number;
  /** Cause of a failure that is not the client's. */
  readonly error?: ToucanError;
}

/** Client that was rejected or disconnected. */
export interface RefusedFtpClient {
  /** Its address. */
  readonly peer: string;
  /** Cause: `too-many-connections`, `client-too-slow`, `tls-…`. */
  readonly error: ToucanError;
}

/** FTP server that listens, in the shape of `Deno.serve`'s server. */
export interface FtpServer extends AsyncDisposable {
  /** Address that it listens on. */
  readonly addr: Deno.NetAddr;
  /** The same as text: `127.0.0.1:2121`. */
  readonly address: string;
  /** Port. */
  readonly port: number;
  /** URL: `ftp://127.0.0.1:2121/`, with implicit TLS `ftps://…`. */
  readonly url: string;
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  /** Stops accepting, lets transfers end (5 s at most), and resolves when all connections are closed. */
  shutdown(): Promise<void>;
}
