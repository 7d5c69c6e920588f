import type { MailAuth, MailClientOptions } from "../../client/options.ts";

/**
 * Credentials for an IMAP server. Without a mechanism, AUTHENTICATE PLAIN is used where the server offers it, else LOGIN unless the server
 * has disabled that.
 */
export interface ImapAuth extends Pick<MailAuth, "user" | "secret" | "withoutTls"> {
  /**
   * The mechanism: `LOGIN` for the command LOGIN; the secret of `XOAUTH2` is an access token.
   *
   * @default {the best that the server offers; XOAUTH2 only when it is named}
   */
  readonly mechanism?: "PLAIN" | "LOGIN" | "XOAUTH2";
}

/** Options of {@link connectImap}. `timeout` is in milliseconds for each phase, 30000 unless given. */
export interface ImapClientOptions extends Omit<MailClientOptions, "helo" | "auth" | "dsn" | "chunking"> {
  /**
   * Credentials; not used where the server has authenticated the connection already (PREAUTH).
   *
   * @default {no login}
   */
  readonly auth?: ImapAuth;
}

/** Options of {@link ImapClient.download} and {@link ImapClient.read}. */
export interface ImapReadOptions {
  /**
   * Section to read, such as `HEADER` or `1.2`.
   *
   * @default {the whole message}
   */
  readonly section?: string;
  /**
   * Maximum size in bytes.
   *
   * @default {67108864}
   */
  readonly limit?: number;
}

/** Options of {@link ImapClient.wait}. */
export interface ImapWaitOptions {
  /**
   * Ends the wait.
   *
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
  /**
   * Milliseconds after which IDLE is sent again: servers close connections that are idle for 30 minutes (RFC 2177).
   *
   * @default {1500000, 25 minutes}
   */
  readonly refresh?: number;
  /**
   * Milliseconds between two NOOP where the server has no IDLE.
   *
   * @default {30000}
   */
  readonly poll?: number;
}
