import { isSubdomain, nameKey } from "../../codec/canonical.ts";
import { substitution } from "../../codec/dname.ts";
import type { DnsMessage } from "../../codec/message.ts";
import type { ResourceRecord } from "../../codec/record.ts";
import { typeName } from "../../codec/types.ts";

/** Records of a response that belong to its question. */
export interface KeptRecords {
  /** The aliases, in order, then the records wanted; with DNSSEC their signatures. */
  readonly answers: readonly ResourceRecord[];
  /** SOA of the zone without the name or type; with DNSSEC the proofs. */
  readonly authorities: readonly ResourceRecord[];
  /** Whether there are records of the type wanted. */
  readonly found: boolean;
}

/** Aliases that are followed: as many as other resolvers do. */
const MAX_ALIASES = 16;
/** Types that carry their own proof. */
const PROOFS: ReadonlySet<string> = new Set(["NSEC", "NSEC3"]);

/**
 * Selects the records that answer a question: from its name on the aliases (CNAME, DNAME), and the records of the type at
 * the name that they lead to. Other records could be about names that were not asked for: each of them
 * is dropped, and so are additional records. Records of DNSSEC are only kept if they were asked for.
 */
export function keptRecords(message: DnsMessage, dnssecOk: boolean): KeptRecords {
  const [question] = message.questions;
  if (!question) return { answers: [], authorities: [], found: false };
  const own = message.answers.filter((record) => record.class === question.class);
  const answers: ResourceRecord[] = [];
  const visited = new Set<string>();
  let at = nameKey(question.name);
  let found = false;
  const keep = (owner: string, type: string) => {
    const set = own.filter((record) => nameKey(record.name) === owner && (record.type === type || type === "ANY"));
    answers.push(...set);
    if (dnssecOk && type !== "ANY" && set.length > 0) answers.push(...signatures(own, owner, type));
    return set;
  };
  while (visited.size <= MAX_ALIASES && !visited.has(at)) {
    visited.add(at);
    found = keep(at, question.type).length > 0;
    if (found) break;
    const redirected = substitution(own, at);
    if (redirected) keep(nameKey(redirected.record.name), "DNAME");
    const [alias] = keep(at, "CNAME");
    const target = redirected?.target ?? alias?.fields.target;
    if (typeof target !== "string") break;
    at = nameKey(target);
  }
  return { answers, authorities: keptAuthorities(message, at, dnssecOk), found };
}

/** The signatures of a set of records. */
function signatures(records: readonly ResourceRecord[], owner: string, type: string): readonly ResourceRecord[] {
  return records.filter((record) => nameKey(record.name) === owner && coveredType(record) === type);
}

/** The type that a signature covers. */
function coveredType({ type, rdata }: ResourceRecord): string | undefined {
  return type === "RRSIG" ? typeName((rdata[0] ?? 0) << 8 | (rdata[1] ?? 0)) : undefined;
}

/** Returns the SOA above the name and the proofs from the authority section; NS records are dropped. */
function keptAuthorities({ authorities }: DnsMessage, name: string, dnssecOk: boolean): readonly ResourceRecord[] {
  const soa = authorities.find((record) => record.type === "SOA" && isSubdomain(name, record.name));
  return authorities.filter((record) => {
    if (record === soa) return true;
    if (!dnssecOk) return false;
    const type = coveredType(record) ?? record.type;
    return type === "SOA" ? soa !== undefined && nameKey(record.name) === nameKey(soa.name) : PROOFS.has(type);
  });
}
