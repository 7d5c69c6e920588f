import type { Address, Proxy, TlsOptions, Trace, WaitOptions } from "../../core/mod.ts";
import type { AuthMechanism } from "../codec/auth.ts";

/**
 * How a connection is to be secured: `starttls` begins plain, and goes no further than that where the server cannot start TLS;
 * `implicit` is TLS from the first byte; `opportunistic` takes what the server offers, unless a pin is given, which takes no less than TLS; `none` is plain.
 */
export type MailTls = "starttls" | "implicit" | "opportunistic" | "none";

/** Who we are to a server. */
export interface MailAuth {
  /** The user. */
  readonly user: string;
  /** The password; for XOAUTH2 the access token. */
  readonly secret: string;
  /** The mechanism. @default the best that the server offers; XOAUTH2 only when it is named */
  readonly mechanism?: AuthMechanism;
  /** Whether it may go over a connection without TLS. */
  readonly withoutTls?: boolean;
}

/** How {@link MailClient} speaks to a server. `timeout` is in milliseconds for each phase, 30000 unless given. */
export interface MailClientOptions extends WaitOptions {
  /** How the connection is secured. @default "starttls" */
  readonly tls?: MailTls;
  /** How the server is trusted. */
  readonly trust?: TlsOptions;
  /** A proxy to go through. */
  readonly proxy?: Proxy;
  /** Only addresses of this family. */
  readonly family?: 4 | 6;
  /** Milliseconds for each step of connecting: the lookup, each address, the proxy, the TLS handshake. @default 10000 */
  readonly connectTimeout?: number;
  /** What we call ourselves. @default our own address, as a literal */
  readonly helo?: string;
  /** Who we are. */
  readonly auth?: MailAuth;
  /** Takes the dialogue, secrets masked. */
  readonly trace?: Trace;
}

/** Where a server is. */
export type MailServerAddress = Address;
