import type { ClientCertificate } from "./node_client.ts";

/** Options for verifying the server of a TLS connection. By default the system's certificate authorities and the name are checked. */
export interface TlsOptions {
  /**
   * Certificates to trust in addition to the usual authorities, as PEM: those of authorities, or the server's own, of which name and
   * dates are still verified.
   * @default {undefined}
   */
  readonly caCerts?: readonly string[];
  /**
   * Pin of the server's key, which is verified instead of authorities and name.
   * @default {undefined}
   */
  readonly pin?: string;
  /**
   * Disables the verification of the certificate (insecure).
   * @default {false}
   */
  readonly insecure?: boolean;
  /**
   * Server name to send (SNI) and verify, if it is not the host.
   * @default {undefined}
   */
  readonly serverName?: string;
  /**
   * Application protocols to offer (RFC 7301).
   * @default {undefined}
   */
  readonly alpn?: readonly string[];
  /**
   * Client certificate for authentication.
   * @default {undefined}
   */
  readonly clientCertificate?: ClientCertificate;
  /**
   * Whether the pin of the server's key is reported in {@link Security.pin}, also without a pin to verify. Requires Deno 2.8 or
   * later, and is slower.
   * @default {false}
   */
  readonly reportPin?: boolean;
  /**
   * Whether the certificates that the server presents are reported in {@link Security.chain}; only with `insecure`.
   * @default {false}
   */
  readonly reportChain?: boolean;
}
