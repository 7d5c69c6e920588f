import type { DnsMessage } from "../codec/message.ts";
import type { ResourceRecord } from "../codec/record.ts";
import { sameName } from "../codec/name.ts";
import type { RecordType } from "../codec/types.ts";
import { RCODE } from "./status.ts";

/** Classes of responses. */
export type AnswerClass =
  /** There are records. */
  | "found"
  /** The name exists, but has no such record. */
  | "no-data"
  /** The name does not exist. */
  | "name-not-found"
  /** The server refers to other servers. */
  | "referral"
  /** The name is an alias of one that the server did not look up. */
  | "alias-not-followed"
  /** The name is an alias of itself, directly or through other aliases. */
  | "alias-loop"
  /** The server did not answer the question. */
  | "failed";

/** A response, classified. */
export interface ClassifiedAnswer {
  /** Class of the response. */
  readonly meaning: AnswerClass;
  /** The aliases followed, in order, then the records. */
  readonly records: readonly ResourceRecord[];
  /** The name that the last alias leads to, or the name asked for. */
  readonly canonical: string;
  /** Seconds for which a "no" may be kept (RFC 2308 §5). */
  readonly negativeTtl?: number;
}

/**
 * Classifies a response: follows its aliases from the requested name as far as they go, and distinguishes
 * "no such record" from a referral (RFC 2308 §2). Records of other names are ignored.
 */
export function classifyAnswer(message: DnsMessage, name: string, type: string): ClassifiedAnswer {
  const klass = message.questions[0]?.class ?? "IN";
  const ofClass = message.answers.filter((record) => record.class === klass || klass === "ANY");
  const { records, canonical, loop } = follow(ofClass, name, type);
  const answer = { records, canonical };
  if (loop) return { ...answer, meaning: "alias-loop" };
  if (message.rcode === RCODE.NXDOMAIN) {
    return { ...answer, meaning: "name-not-found", negativeTtl: negativeTtl(message) };
  }
  if (message.rcode !== RCODE.NOERROR) return { ...answer, meaning: "failed" };
  if (records.some((record) => isWanted(record, type))) return { ...answer, meaning: "found" };
  const has = (wanted: RecordType) => message.authorities.some((record) => record.type === wanted);
  if (!has("SOA") && has("NS")) return { ...answer, meaning: "referral" };
  if (!has("SOA") && records.length > 0 && !message.recursionAvailable) {
    return { ...answer, meaning: "alias-not-followed" };
  }
  return { ...answer, meaning: "no-data", negativeTtl: negativeTtl(message) };
}

function follow(answers: readonly ResourceRecord[], name: string, type: string) {
  const records: ResourceRecord[] = [];
  const seen = new Set<string>();
  let canonical = name;
  while (true) {
    const own = answers.filter((record) => sameName(record.name, canonical));
    const wanted = own.filter((record) => isWanted(record, type));
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

function isWanted(record: ResourceRecord, type: string): boolean {
  return record.type === type || type === "ANY";
}

function negativeTtl({ authorities }: DnsMessage): number | undefined {
  const soa = authorities.find((record) => record.type === "SOA");
  const minimum = soa?.fields.minimum;
  return typeof minimum === "number" && soa?.ttl !== undefined ? Math.min(soa.ttl, minimum) : undefined;
}
