import type { ConnectRule, Proxy, ResolveRule, TlsOptions, Trace, WaitOptions } from "../../core/mod.ts";

/**
 * Security of a connection. `none`: no TLS. `explicit`: TLS by `AUTH TLS` (RFC 4217), required for commands and data. `implicit`:
 * TLS from the first byte, as for `ftps:` URLs.
 */
export type FtpSecurity = "none" | "explicit" | "implicit";

/** Options of {@link connectFtp}. `timeout` is in milliseconds for each reply, 30000 unless given. */
export interface FtpClientOptions extends WaitOptions {
  /**
   * User name.
   * @default {"anonymous"}
   */
  readonly user?: string;
  /**
   * Password.
   * @default {"anonymous@" for an anonymous login, else empty}
   */
  readonly password?: string;
  /**
   * Security of the connection.
   * @default {"none"}
   */
  readonly security?: FtpSecurity;
  /**
   * Verification of the server's certificate, for the control connection and each data connection.
   * @default {the system's certificate authorities}
   */
  readonly tls?: TlsOptions;
  /**
   * Milliseconds for each step of connecting: the lookup, each address, the proxy, the TLS handshake.
   * @default {10000}
   */
  readonly connectTimeout?: number;
  /**
   * Address family to use.
   * @default {both}
   */
  readonly family?: 4 | 6;
  /**
   * Proxy to connect through, for data connections as well.
   * @default {no proxy}
   */
  readonly proxy?: Proxy;
  /**
   * Addresses of hosts that replace a lookup.
   * @default {undefined}
   */
  readonly resolve?: readonly ResolveRule[];
  /**
   * Other hosts and ports to connect to; TLS still verifies the name of the original host.
   * @default {undefined}
   */
  readonly connectTo?: readonly ConnectRule[];
  /**
   * Receives commands and replies, passwords masked.
   * @default {undefined}
   */
  readonly trace?: Trace;
  /**
   * Milliseconds without data on a data connection after which the transfer is aborted.
   * @default {60000}
   */
  readonly stall?: number;
  /**
   * Milliseconds for the reply to {@link FtpClient.hash}, but not less than `timeout`: the server reads the whole file first.
   * @default {600000}
   */
  readonly hashTimeout?: number;
}

/** Options of {@link FtpClient.retrieve}. */
export interface RetrieveOptions {
  /**
   * Offset of the first byte (`REST`).
   * @default {0}
   */
  readonly offset?: number;
  /**
   * Size of the whole file, if it is known (`SIZE`, `MLST`): a transfer that ends elsewhere is an error.
   * @default {undefined}
   */
  readonly size?: number;
  /**
   * Whether the time of the last change is asked for as well (`MDTM`), which costs no wait of its own.
   * @default {false}
   */
  readonly modified?: boolean;
}

/** Options of {@link FtpClient.store}. */
export interface StoreOptions {
  /**
   * Offset in the remote file of the first byte (`REST`).
   * @default {0}
   */
  readonly offset?: number;
  /**
   * Whether to append to the remote file (`APPE`).
   * @default {false}
   */
  readonly append?: boolean;
  /**
   * Number of bytes that will be sent, announced by `ALLO` for large files; sending another number is an error.
   * @default {undefined}
   */
  readonly size?: number;
}
