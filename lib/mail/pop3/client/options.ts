import type { MailAuth, MailClientOptions } from "../../client/options.ts";

/** Credentials for a POP3 server. Without a mechanism, AUTH PLAIN is used where the server offers it, else USER and PASS. */
export interface Pop3Auth extends Pick<MailAuth, "user" | "secret" | "withoutTls"> {
  /**
   * The mechanism: `PLAIN`, or `USER` for the commands USER and PASS.
   *
   * @default {the best that the server offers}
   */
  readonly mechanism?: "PLAIN" | "USER";
}

/** Options of {@link connectPop3}. `timeout` is in milliseconds for each phase, 30000 unless given. */
export interface Pop3ClientOptions extends Omit<MailClientOptions, "helo" | "auth" | "dsn" | "chunking"> {
  /** Credentials. Without them nothing but the greeting and the capabilities is read. */
  readonly auth: Pop3Auth;
}
