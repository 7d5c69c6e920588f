import { certificateFacts } from "./certificate.ts";
import { parseIPv4, parseIPv6 } from "../../address/ip.ts";
import { isFor } from "./names.ts";

/**
 * Whether one of these certificates (PEM) looks like the server's own instead of an authority's: it is self-issued, and
 * is for the name. Deno's client rejects it if it is marked as an authority, as those of `openssl req -x509` are.
 */
export async function isServerCertificate(certificates: readonly string[], name: string): Promise<boolean> {
  for (const certificate of certificates) {
    try {
      if (!mentions(certificate, name)) continue;
      const facts = await certificateFacts(certificate);
      if (facts.selfIssued && isFor(facts, name, { commonName: true })) return true;
    } catch {
      // The TLS client rejects what cannot be read.
    }
  }
  return false;
}

/** Whether the name, or its parent domain, occurs in a certificate: with a hundred authorities, none needs to be parsed. */
function mentions(certificate: string, name: string): boolean {
  const bytes = Uint8Array.fromBase64(certificate.replace(/-----[^-]+-----|\s/g, ""));
  const address = parseIPv4(name) ?? parseIPv6(name);
  const latin1 = new TextDecoder("latin1");
  if (address) return latin1.decode(bytes).includes(latin1.decode(address));
  const domain = name.replace(/\.$/, "").replace(/^[^.]*\.(?=.)/, "");
  return latin1.decode(bytes).toLowerCase().includes(domain.toLowerCase());
}
