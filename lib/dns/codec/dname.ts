import { isSubdomain, nameKey } from "./canonical.ts";
import type { DnsMessage } from "./message.ts";
import { formatName, MAX_NAME_BYTES, parseName, wireLength } from "./name.ts";
import { recordFrom, type ResourceRecord } from "./record.ts";

/** A name that a DNAME record stands for, with that record. */
export interface Substitution {
  /** The record. */
  readonly record: ResourceRecord;
  /** The name in its place, with the letters of the name before. */
  readonly target: string;
}

/** DNAME records that are followed: as many as aliases by other resolvers. */
const MAX_SUBSTITUTIONS = 16;

/**
 * Finds the DNAME record above a name, and returns what the name becomes (RFC 6672 §2.2); undefined if there is none, or the name
 * becomes too long.
 */
export function substitution(records: readonly ResourceRecord[], name: string): Substitution | undefined {
  const key = nameKey(name);
  for (const record of records) {
    const owner = nameKey(record.name);
    const { target } = record.fields;
    if (record.type !== "DNAME" || typeof target !== "string" || owner === key || !isSubdomain(key, owner)) continue;
    const { labels } = parseName(name);
    const kept = labels.slice(0, labels.length - parseName(owner).labels.length);
    const whole = [...kept, ...parseName(target).labels];
    return wireLength(whole) > MAX_NAME_BYTES ? undefined : { record, target: formatName(whole) };
  }
  return undefined;
}

/**
 * Gives the aliases that DNAME records make of a name its letters. Servers make them of the name as it was sent, whose
 * letters may be in random case, or from a cache, with those of another query.
 */
export function withLettersOf(name: string, records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  if (!records.some(({ type }) => type === "DNAME")) return records;
  const letters = new Map<string, string>();
  for (let found = substitution(records, name); found; found = substitution(records, found.target)) {
    const key = nameKey(found.target);
    if (letters.has(key) || letters.size >= MAX_SUBSTITUTIONS) break;
    letters.set(key, found.target);
  }
  return records.map((record) => {
    const owner = letters.get(nameKey(record.name)) ?? record.name;
    const { target } = record.fields;
    const data = record.type === "CNAME" && typeof target === "string" ? letters.get(nameKey(target)) : undefined;
    if (data !== undefined) {
      return recordFrom({ name: owner, type: "CNAME", class: record.class, ttl: record.ttl, data });
    }
    return owner === record.name ? record : { ...record, name: owner };
  });
}

/** Returns a response with the aliases of {@link withLettersOf} in its answer section. */
export function replyInLettersOf(name: string, message: DnsMessage): DnsMessage {
  const answers = withLettersOf(name, message.answers);
  return answers === message.answers ? message : { ...message, answers };
}
