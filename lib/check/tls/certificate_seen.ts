import type { SeenCertificate } from "./certificates.ts";
import type { OcspAnswer } from "./ocsp.ts";

/** Certificates of a server, and how it treats clients beside the handshake. */
export interface CertificateSeen {
  /** Certificates, its own first. */
  readonly chain: readonly SeenCertificate[];
  /** Stapled OCSP response; null if there is none, undefined if that cannot be seen (TLS 1.3 only). */
  readonly ocsp?: OcspAnswer | null;
  /** Whether it offers to resume a session, and how; `none` if not, undefined if that cannot be seen. */
  readonly resumption?: "ticket" | "identifier" | "none";
  /** Whether it asks for a certificate of the client, or does not serve without. */
  readonly client: "no" | "asked" | "required";
  /** Time that the server tells, if the certificate is outside its dates. */
  readonly serverDate?: Date;
}
