import type { ResourceRecord } from "../codec/record.ts";

/** A record as a line of a zone file; without its TTL where that is not known. */
export function recordLine(record: ResourceRecord): string {
  return recordWords(record).join(" ");
}

/** The words of such a line. */
export function recordWords({ name, ttl, class: klass, type, data }: ResourceRecord): string[] {
  return [name, ...(ttl === undefined ? [] : [String(ttl)]), klass, type, data];
}
