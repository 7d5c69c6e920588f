import type { Address, Proxy, TlsOptions, Trace, WaitOptions } from "../../core/mod.ts";
import type { AuthMechanism } from "../codec/auth.ts";
import type { DsnRequest } from "../codec/dsn.ts";

/**
 * Security of a connection. `starttls`: STARTTLS is required. `implicit`: TLS from the first byte. `opportunistic`:
 * STARTTLS where the server offers it; required if a pin is given. `none`: no TLS.
 */
export type MailTls = "starttls" | "implicit" | "opportunistic" | "none";

/** Credentials for SMTP authentication (RFC 4954). */
export interface MailAuth {
  /** The user. */
  readonly user: string;
  /** The password; for OAUTHBEARER and XOAUTH2 the access token. */
  readonly secret: string;
  /**
   * The mechanism.
   *
   * @default {the best that the server offers; those with a token only when named}
   */
  readonly mechanism?: AuthMechanism;
  /** Whether it may go over a connection without TLS. */
  readonly withoutTls?: boolean;
}

/** Options of {@link MailClient}. `timeout` is in milliseconds for each phase, 30000 unless given. */
export interface MailClientOptions extends WaitOptions {
  /**
   * Security of the connection.
   *
   * @default {"starttls"}
   */
  readonly tls?: MailTls;
  /**
   * Verification of the server's certificate.
   *
   * @default {the system's certificate authorities}
   */
  readonly trust?: TlsOptions;
  /**
   * Proxy to connect through.
   *
   * @default {no proxy}
   */
  readonly proxy?: Proxy;
  /**
   * Address family to use.
   *
   * @default {both}
   */
  readonly family?: 4 | 6;
  /**
   * Milliseconds for each step of connecting: the lookup, each address, the proxy, the TLS handshake.
   *
   * @default {10000}
   */
  readonly connectTimeout?: number;
  /**
   * EHLO name.
   *
   * @default {the local address, as an address literal}
   */
  readonly helo?: string;
  /**
   * Delivery status notifications to ask for. A server that does not offer them gets no message.
   *
   * @default {none}
   */
  readonly dsn?: DsnRequest;
  /**
   * Whether to send messages with BDAT (RFC 3030), as they are, in place of DATA. A server that does not offer it gets no message.
   *
   * @default {false}
   */
  readonly chunking?: boolean;
  /**
   * Credentials.
   *
   * @default {no authentication}
   */
  readonly auth?: MailAuth;
  /**
   * Receives the dialogue, secrets masked.
   *
   * @default {undefined}
   */
  readonly trace?: Trace;
}

/** Address of a mail server. */
export type MailServerAddress = Address;
