import { certificateFacts } from "../certificate.ts";
import { isFor } from "./names.ts";

/**
 * Whether one of these certificates (PEM) looks like the server's own rather than an authority's: it has issued itself, and
 * is for the name. Deno's client rejects it where it is marked as an authority, as `openssl req -x509` does.
 */
export async function isVeryCertificate(certificates: readonly string[], name: string): Promise<boolean> {
  for (const certificate of certificates) {
    try {
      const facts = await certificateFacts(certificate);
      if (facts.selfIssued && isFor(facts, name, { commonName: true })) return true;
    } catch {
      // Whatever cannot be read is left to the TLS client to reject.
    }
  }
  return false;
}
