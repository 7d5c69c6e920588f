import type { KeyPair } from "../certificate/certificate.ts";

/** Renewals of a server's certificate while the server runs. */
export interface CertificateRenewals {
  /** Calls `take` with each renewed certificate, which has been checked, until the subscription is disposed of. */
  subscribe(take: (pair: Pick<KeyPair, "cert" | "key">) => void): Disposable;
}

/** TLS configuration of a server. */
export interface ServerTls extends Pick<KeyPair, "cert" | "key"> {
  /**
   * Certificate authorities (PEM) that issue client certificates, or the client certificates themselves. With them a client must
   * present such a certificate, and prove that it has its key; without, none is requested. Requires Deno 2.8 or later.
   */
  readonly clientCa?: readonly string[];
  /** Renewals of the certificate, which new connections use: see `watchKeyPair`. */
  readonly renewals?: CertificateRenewals;
  /**
   * Requests a certificate of each client without requiring one. Any certificate is accepted, also a self-signed or
   * expired one, if the client proves that it has its key: its fingerprint tells clients apart, and nothing else about it
   * is verified. Cannot be combined with `clientCa`. Requires Deno 2.8 or later.
   */
  readonly clientCertificates?: "optional";
}
