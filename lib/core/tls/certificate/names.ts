import type { CertificateFacts } from "./certificate.ts";
import { parseIPv4, parseIPv6 } from "../../address/ip.ts";

/**
 * Whether a certificate is for a host: its alternative names list the address, or the name, of whose labels the first may
 * be `*` in the certificate (RFC 9525 §6). With `commonName`, a certificate without any alternative name counts by its
 * subject's common name.
 */
export function isFor(facts: CertificateFacts, host: string, { commonName = false } = {}): boolean {
  const address = bytesOf(host);
  if (address !== undefined) return facts.addresses.some((other) => bytesOf(other) === address);
  const names = commonName && facts.summary.names.length === 0 ? facts.commonNames : facts.dnsNames;
  return names.some((name) => matches(canonical(name), canonical(host)));
}

/** An address in a form that is the same for all its spellings. */
function bytesOf(text: string): string | undefined {
  return (parseIPv4(text) ?? parseIPv6(text.replace(/%.*$/, "")))?.join();
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function matches(pattern: string, name: string): boolean {
  if (!pattern.startsWith("*.")) return pattern === name;
  const [first = "", ...rest] = name.split(".");
  // A wildcard stands for one label, and never for all below a top-level domain.
  return first !== "" && rest.length > 1 && pattern.slice(2) === rest.join(".");
}
