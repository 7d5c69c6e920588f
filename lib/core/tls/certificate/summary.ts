/** Summary of a certificate, for output and records. */
export interface CertificateSummary {
  /** Subject, as `CN=example.test, O=Example`. */
  readonly subject: string;
  /** Issuer, in the same form. */
  readonly issuer: string;
  /** DNS names and IP addresses that it is for (subject alternative names). */
  readonly names: readonly string[];
  /** Start of its validity, ISO 8601. */
  readonly notBefore: string;
  /** End of its validity, ISO 8601. */
  readonly notAfter: string;
  /** Pin of its key: `sha256:…`. */
  readonly pin: string;
}
