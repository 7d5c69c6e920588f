import { showUntrusted, UsageError } from "../../core/mod.ts";
import { nameKey } from "../codec/canonical.ts";
import type { ResourceRecord } from "../codec/record.ts";
import { recordFrom } from "../codec/record.ts";
import { readZone } from "../codec/zone/read.ts";
import { recordSets } from "./rrset.ts";
import { delegationsOf, type EntryPoints, keysOf } from "./zone_keys.ts";

/** The entry points of one zone. */
export interface TrustAnchor extends EntryPoints {
  readonly zone: string;
  /** Where it comes from, for the chain. */
  readonly source: string;
}

/**
 * DS records of the root's key-signing keys KSK-2017 and KSK-2024, as IANA publishes them
 * (https://data.iana.org/root-anchors/root-anchors.xml, RFC 9718).
 */
const ROOT_DS = [
  "20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
  "38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
];

/** The trust anchor of the root zone. */
export function rootAnchor(): TrustAnchor {
  const records = ROOT_DS.map((data) => recordFrom({ name: ".", type: "DS", ttl: 0, data }));
  const [anchor] = anchorsOf(records, "IANA");
  if (!anchor) throw new Error("the trust anchor of the root is missing");
  return anchor;
}

/**
 * Returns the DS and DNSKEY records of a zone file; records are returned as they are.
 *
 * @throws {UsageError} `invalid-anchor`, with line and column.
 */
export function anchorRecords(anchors: string | readonly ResourceRecord[], file?: string): readonly ResourceRecord[] {
  if (typeof anchors !== "string") return anchors;
  const { records, errors: [wrong] } = readZone(anchors, { origin: ".", file, ttl: 0 });
  if (wrong) throw invalid(`line ${wrong.line}, column ${wrong.column}: ${showUntrusted(wrong.message)}`, file);
  const found = records.filter(({ type }) => type === "DS" || type === "DNSKEY");
  if (found.length === 0) throw invalid("it has neither DS nor DNSKEY records", file);
  return found;
}

function invalid(why: string, file?: string): UsageError {
  const what = file === undefined ? "text of trust anchors" : `file of trust anchors ${file}`;
  return new UsageError(`invalid ${what}: ${why}`, { code: "invalid-anchor" });
}

/** The anchors that DS and DNSKEY records are, by their zones; other records are left out. */
export function anchorsOf(records: readonly ResourceRecord[], source: string): TrustAnchor[] {
  const sets = recordSets(records).filter(({ type }) => type === "DS" || type === "DNSKEY");
  const anchors = new Map<string, TrustAnchor>();
  for (const set of sets) {
    const { zone = set.name, delegations = [], keys = [] } = anchors.get(nameKey(set.name)) ?? {};
    anchors.set(nameKey(set.name), {
      zone,
      source,
      delegations: set.type === "DS" ? [...delegations, ...delegationsOf(set)] : delegations,
      keys: set.type === "DNSKEY" ? [...keys, ...keysOf(set)] : keys,
    });
  }
  return [...anchors.values()];
}
