import type { KeyPair } from "../certificate/certificate.ts";

/** TLS configuration of a server. */
export interface ServerTls extends Pick<KeyPair, "cert" | "key"> {
  /**
   * Certificate authorities (PEM) that issue client certificates, or the client certificates themselves. With them a client must
   * present such a certificate, and prove that it has its key; without, none is requested. Requires Deno 2.8 or later.
   */
  readonly clientCa?: readonly string[];
}
