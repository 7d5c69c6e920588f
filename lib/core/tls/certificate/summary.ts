/** What a certificate says about itself, for people and records. */
export interface CertificateSummary {
  /** The subject, as `CN=example.test, O=Example`. */
  readonly subject: string;
  /** The issuer, likewise. */
  readonly issuer: string;
  /** The DNS names and addresses that it is for (subject alternative names). */
  readonly names: readonly string[];
  /** When it becomes valid, ISO 8601. */
  readonly notBefore: string;
  /** When it expires, ISO 8601. */
  readonly notAfter: string;
  /** The pin of its key: `sha256:…`. */
  readonly pin: string;
}
