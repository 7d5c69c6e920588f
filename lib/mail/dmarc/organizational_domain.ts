/** Only checks of DMARC load it. */
const loadSuffixes = () => import("../../deps/public_suffix.ts");

/** Returns the organizational domain of a domain (RFC 7489 §3.2): its public suffix and one label more; without those, the domain. */
export async function organizationalDomain(domain: string): Promise<string> {
  const { getDomain } = await loadSuffixes();
  return getDomain(domain, { allowPrivateDomains: true }) ?? domain;
}
