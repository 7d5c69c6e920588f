import { ipVersion } from "../../../core/address/ip.ts";
import { UsageError } from "../../../core/errors/errors.ts";
import { dnsName } from "../../client/dns_name.ts";
import { nameKey } from "../../codec/canonical.ts";
import { formatName, parseName } from "../../codec/name.ts";
import { recordFrom, type ResourceRecord } from "../../codec/record.ts";

/** A name with addresses, or with the name that it is an alias of. */
export interface NameEntry {
  /** The name, absolute; `*.` at its beginning stands for all names below. */
  readonly name: string;
  /** Origin of the entry, for the query log. */
  readonly source: string;
  /** Records of the types A and AAAA, PTR, or one of the type CNAME. */
  readonly records: ResourceRecord[];
}

/** Returns a name as it is compared and served, absolute, with its letters outside ASCII encoded. */
export function servedName(text: string): string {
  const { labels } = parseName(dnsName(text));
  return formatName(labels);
}

/** Returns whether an absolute name has no `*`, except as the first label, where it is a wildcard. */
export function isWildcardOrName(key: string): boolean {
  return !key.includes("*", 1) && (!key.startsWith("*") || key.startsWith("*."));
}

/** Returns whether a text is meant as a URL: a name has no slash. */
export function looksLikeUrl(text: string): boolean {
  return text.includes("://");
}

/**
 * Returns the record that a value stands for: an address, or a name, which makes an alias.
 *
 * @throws {UsageError} `invalid-name`.
 */
export function recordOfValue(name: string, value: string, ttl: number): ResourceRecord {
  const version = value.includes("%") ? undefined : ipVersion(value);
  if (version === undefined) return recordFrom({ name, type: "CNAME", ttl, data: servedName(value) });
  return recordFrom({ name, type: version === 4 ? "A" : "AAAA", ttl, data: value });
}

/**
 * Adds a record to an entry, unless it is there.
 *
 * @throws {UsageError} `invalid-word` when an alias would not be alone.
 */
export function addRecord({ name, records }: NameEntry, record: ResourceRecord): void {
  if (records.some(({ type, data }) => type === record.type && nameKey(data) === nameKey(record.data))) return;
  if (records.length > 0 && [...records, record].some(({ type }) => type === "CNAME")) {
    throw new UsageError(`invalid name "${name.replace(/\.$/, "")}": an alias cannot have further values`, {
      code: "invalid-word",
    });
  }
  records.push(record);
}
