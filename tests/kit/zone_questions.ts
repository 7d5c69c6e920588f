import { nameKey, parentName, type ResourceRecord } from "../../lib/dns/internal.ts";

/** A question about a zone. */
export interface ZoneQuestion {
  readonly name: string;
  readonly type: string;
  readonly dnssecOk: boolean;
}

const TYPES = ["A", "AAAA", "MX", "TXT", "CNAME", "NS", "SOA", "DS", "DNAME", "ANY"];
const SIGNED_TYPES = ["NSEC", "RRSIG", "DNSKEY", "NSEC3PARAM", "NSEC3"];

/**
 * Returns questions about a zone: each of its names, one below it, one beside it, and what wildcards stand for, with the
 * types that it has and others, with and without the records of DNSSEC. A part of the combinations is chosen by a counter.
 */
export function* zoneQuestions(
  origin: string,
  records: readonly ResourceRecord[],
  { every = 1 }: { readonly every?: number } = {},
): Generator<ZoneQuestion> {
  const isSigned = records.some(({ type, name }) => type === "DNSKEY" && nameKey(name) === nameKey(origin));
  const own = new Map<string, Set<string>>();
  for (const { name, type } of records) {
    if (type === "NSEC3" || type === "RRSIG") continue;
    const types = own.get(name) ?? new Set();
    own.set(name, types.add(type));
    for (let above = name; above !== origin && above !== "."; above = parentName(above)) {
      if (!own.has(above)) own.set(above, new Set());
    }
  }
  let count = 0;
  for (const [name, types] of own) {
    const suffix = name === "." ? "" : name;
    for (const type of new Set([...types, ...TYPES, ...(isSigned ? SIGNED_TYPES : [])])) {
      for (const asked of [name, `missing.${suffix}`, `a.b.${suffix}`, `zzz${name}`, name.replace(/^\*/, "Star")]) {
        for (const dnssecOk of [false, true]) {
          // The records themselves are always asked for.
          const isOwn = asked === name && types.has(type);
          if (isOwn || count++ % every === 0) yield { name: asked, type, dnssecOk };
        }
      }
    }
  }
}
