import type { MailAuth, MailClientOptions } from "../../client/options.ts";

/** Credentials for an NNTP server. Without a mechanism, AUTHINFO USER is used where the server offers it, else SASL PLAIN. */
export interface NntpAuth extends Pick<MailAuth, "user" | "secret" | "withoutTls"> {
  /**
   * The mechanism: `PLAIN`, or `USER` for AUTHINFO USER and AUTHINFO PASS.
   *
   * @default {the best that the server offers}
   */
  readonly mechanism?: "PLAIN" | "USER";
}

/** Options of {@link connectNntp}. `timeout` is in milliseconds for each phase, 30000 unless given. */
export interface NntpClientOptions extends Omit<MailClientOptions, "helo" | "auth"> {
  /**
   * Credentials. They are sent when the server offers a login, or requires one.
   *
   * @default {no authentication}
   */
  readonly auth?: NntpAuth;
}
