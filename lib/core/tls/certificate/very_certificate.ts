import { certificateFacts } from "./certificate.ts";
import { parseIPv4, parseIPv6 } from "../../address/ip.ts";
import { isFor } from "./names.ts";

/**
 * Whether one of these certificates (PEM) looks like the server's own rather than an authority's: it has issued itself, and
 * is for the name. Deno's client rejects it where it is marked as an authority, as `openssl req -x509` does.
 */
export async function isVeryCertificate(certificates: readonly string[], name: string): Promise<boolean> {
  for (const certificate of certificates) {
    try {
      if (!mentions(certificate, name)) continue;
      const facts = await certificateFacts(certificate);
      if (facts.selfIssued && isFor(facts, name, { commonName: true })) return true;
    } catch {
      // Whatever cannot be read is left to the TLS client to reject.
    }
  }
  return false;
}

/** Whether the name, or the domain above it, occurs in a certificate: of a hundred authorities none has to be parsed. */
function mentions(certificate: string, name: string): boolean {
  const bytes = Uint8Array.fromBase64(certificate.replace(/-----[^-]+-----|\s/g, ""));
  const address = parseIPv4(name) ?? parseIPv6(name);
  const latin1 = new TextDecoder("latin1");
  if (address) return latin1.decode(bytes).includes(latin1.decode(address));
  const domain = name.replace(/\.$/, "").replace(/^[^.]*\.(?=.)/, "");
  return latin1.decode(bytes).toLowerCase().includes(domain.toLowerCase());
}
