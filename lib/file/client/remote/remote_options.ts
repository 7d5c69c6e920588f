import type { Credentials, FollowOptions } from "../../../http/mod.ts";

/** Options of all clients of a file server; `timeout` is in milliseconds, for each listing, response or reply. */
export interface RemoteOptions extends
  Pick<
    FollowOptions,
    "headers" | "tls" | "proxy" | "family" | "pool" | "stall" | "timeout" | "connectTimeout" | "signal" | "trace"
  > {
  /**
   * User name and password, instead of those of the URL.
   * @default {undefined}
   */
  readonly credentials?: Credentials;
  /**
   * Whether an `ftp:` URL requires TLS (`AUTH TLS`); `ftps:` URLs have TLS from the first byte in any case.
   * @default {false}
   */
  readonly ftpTls?: boolean;
}

/** Options of `openRemote`. */
export interface OpenOptions extends RemoteOptions {
  /** Maximum number of connections. @default 1 */
  readonly parallel?: number;
}
