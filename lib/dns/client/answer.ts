import type { DnsMessage, ResourceRecord } from "../codec/message.ts";
import { sameName } from "../codec/name.ts";
import type { RecordType } from "../codec/rdata.ts";
import { RCODE } from "./status.ts";

/** What an answer means. */
export type Meaning =
  /** There are records. */
  | "found"
  /** The name exists, but has no such record. */
  | "no-data"
  /** The name does not exist. */
  | "name-not-found"
  /** The server knows only which others to ask. */
  | "referral"
  /** The name is an alias of one that the server did not look up. */
  | "alias-not-followed"
  /** The name is an alias of itself, by a detour. */
  | "alias-loop"
  /** The server did not answer the question. */
  | "failed";

/** An answer, understood. */
export interface Understood {
  /** What it means. */
  readonly meaning: Meaning;
  /** The aliases followed, in order, then the records. */
  readonly records: readonly ResourceRecord[];
  /** The name that the last alias leads to, or the name asked for. */
  readonly canonical: string;
  /** Seconds for which a "no" may be kept (RFC 2308 §5). */
  readonly negativeTtl?: number;
}

/**
 * Understands an answer: follows the aliases in it from the name that was asked for, as far as it has them, and tells
 * "no such record" from "ask others" (RFC 2308 §2). Records of other names count for nothing.
 */
export function understand(message: DnsMessage, name: string, type: RecordType): Understood {
  const { records, canonical, loop } = follow(message.answers, name, type);
  const understood = { records, canonical };
  if (loop) return { ...understood, meaning: "alias-loop" };
  if (message.rcode === RCODE.NXDOMAIN) {
    return { ...understood, meaning: "name-not-found", negativeTtl: negativeTtl(message) };
  }
  if (message.rcode !== RCODE.NOERROR) return { ...understood, meaning: "failed" };
  if (records.some((record) => record.type === type)) return { ...understood, meaning: "found" };
  const has = (wanted: RecordType) => message.authorities.some((record) => record.type === wanted);
  if (!has("SOA") && has("NS")) return { ...understood, meaning: "referral" };
  if (!has("SOA") && records.length > 0 && !message.recursive) return { ...understood, meaning: "alias-not-followed" };
  return { ...understood, meaning: "no-data", negativeTtl: negativeTtl(message) };
}

function follow(answers: readonly ResourceRecord[], name: string, type: RecordType) {
  const records: ResourceRecord[] = [];
  const seen = new Set<string>();
  let canonical = name;
  while (true) {
    const own = answers.filter((record) => sameName(record.name, canonical));
    const wanted = own.filter((record) => record.type === type);
    const alias = own.find((record) => record.type === "CNAME");
    const target = alias?.fields.target;
    if (wanted.length > 0 || !alias || typeof target !== "string") {
      return { records: [...records, ...wanted], canonical, loop: false };
    }
    records.push(alias);
    seen.add(canonical.toLowerCase());
    canonical = target;
    if (seen.has(canonical.toLowerCase())) return { records, canonical, loop: true };
  }
}

function negativeTtl({ authorities }: DnsMessage): number | undefined {
  const soa = authorities.find((record) => record.type === "SOA");
  const minimum = soa?.fields.minimum;
  return typeof minimum === "number" && soa?.ttl !== undefined ? Math.min(soa.ttl, minimum) : undefined;
}
