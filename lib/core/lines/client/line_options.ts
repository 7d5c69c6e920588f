import type { Proxy } from "../../dial/proxy/proxy.ts";
import type { WaitOptions } from "../../time/deadline.ts";
import type { TlsOptions } from "../../tls/client/options.ts";
import type { Trace } from "../../trace.ts";

/**
 * Security of a connection. `starttls`: TLS by a command is required. `implicit`: TLS from the first byte. `opportunistic`: by a command
 * where the server offers it; required if a pin is given. `none`: no TLS.
 */
export type LineTls = "starttls" | "implicit" | "opportunistic" | "none";

/** Options of a client of a line protocol. `timeout` is in milliseconds for each phase, 30000 unless given. */
export interface LineClientOptions extends WaitOptions {
  /** Security of the connection. @default "starttls" */
  readonly tls?: LineTls;
  /** Verification of the certificate of the server. @default the authorities of the system */
  readonly trust?: TlsOptions;
  /** Proxy to connect through. */
  readonly proxy?: Proxy;
  /** Address family to use. @default both */
  readonly family?: 4 | 6;
  /** Milliseconds for each step of connecting: the lookup, each address, the proxy, the TLS handshake. @default 10000 */
  readonly connectTimeout?: number;
  /** Receives the dialogue, secrets masked. */
  readonly trace?: Trace;
}
