import type { ClientCertificate } from "./node_client.ts";

/** How the server of a TLS connection is trusted. Without options: the usual certificate authorities, and the name. */
export interface TlsOptions {
  /**
   * Certificates to trust beside the usual authorities, as PEM: those of authorities, or the server's own, of which name and
   * dates are still checked.
   * @default {undefined}
   */
  readonly caCerts?: readonly string[];
  /**
   * The pin of the server's key, which stands instead of authorities and name.
   * @default {undefined}
   */
  readonly pin?: string;
  /**
   * Disables the verification of the certificate (insecure).
   * @default {false}
   */
  readonly insecure?: boolean;
  /**
   * The name sent to the server (SNI) and checked, when it is not the host's.
   * @default {undefined}
   */
  readonly serverName?: string;
  /**
   * The protocols offered (RFC 7301).
   * @default {undefined}
   */
  readonly alpn?: readonly string[];
  /**
   * The certificate with which the client authenticates.
   * @default {undefined}
   */
  readonly clientCertificate?: ClientCertificate;
}
