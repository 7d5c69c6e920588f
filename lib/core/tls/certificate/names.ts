import type { CertificateFacts } from "./certificate.ts";
import { parseIPv4, parseIPv6 } from "../../address/ip.ts";

/**
 * Whether a certificate is for a host: its alternative names include the address, or the name, where the first label
 * may be `*` in the certificate (RFC 9525 §6). With `commonName`, a certificate without any alternative name matches by its
 * subject's common name.
 */
export function isFor(facts: CertificateFacts, host: string, { commonName = false } = {}): boolean {
  const address = bytesOf(host);
  if (address !== undefined) return facts.addresses.some((other) => bytesOf(other) === address);
  const names = commonName && facts.summary.names.length === 0 ? facts.commonNames : facts.dnsNames;
  return names.some((name) => matches(canonical(name), canonical(host)));
}

/** Returns a canonical form of an address. */
function bytesOf(text: string): string | undefined {
  return (parseIPv4(text) ?? parseIPv6(text.replace(/%.*$/, "")))?.join();
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function matches(pattern: string, name: string): boolean {
  if (!pattern.startsWith("*.")) return pattern === name;
  const [first = "", ...rest] = name.split(".");
  // A wildcard matches one label, and never all names below a top-level domain.
  return first !== "" && rest.length > 1 && pattern.slice(2) === rest.join(".");
}
