import type { RecordSet } from "./node.ts";

const FIRST = new Set(["A", "AAAA", "SOA", "MX", "PTR"]);
const LAST = new Set(["DNSKEY", "RRSIG", "NSEC"]);

/**
 * Chooses the set that stands for all of a name over UDP (RFC 8482 §4.1), as NSD does: one that is asked for often, and
 * a large one of DNSSEC only where there is nothing else.
 */
export function someSet(sets: readonly RecordSet[]): readonly RecordSet[] {
  const chosen = sets.find(({ type }) => FIRST.has(type)) ?? sets.findLast(({ type }) => !LAST.has(type)) ??
    sets.at(-1);
  return chosen ? [chosen] : [];
}
