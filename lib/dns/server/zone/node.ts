import { nameKey } from "../../codec/canonical.ts";
import type { ResourceRecord } from "../../codec/record.ts";

/** The records of one name and type (RFC 2181 §5), with their signatures. */
export interface RecordSet {
  /** The type. */
  readonly type: string;
  /** Its records: one owner, one TTL, no record twice. */
  readonly records: readonly ResourceRecord[];
  /** The RRSIG records that cover it. */
  readonly signatures: readonly ResourceRecord[];
  /** Both, as they are sent to a client that asks for signatures. */
  readonly signed: readonly ResourceRecord[];
  /** Keys of the names in its data whose addresses a client needs next. */
  readonly targets: readonly string[];
}

/** A name of a zone; also one without records, above one that has some. */
export interface ZoneNode {
  /** The name as the zone file has it first. */
  readonly name: string;
  /** The name by which it is found. */
  readonly key: string;
  /** The name without its first label; undefined at the top of the zone. */
  readonly parent: ZoneNode | undefined;
  /** Its sets by type, in the order of the file. */
  readonly sets: ReadonlyMap<string, RecordSet>;
  /** The name servers of a zone below this one: the name is a zone cut (RFC 1034 §4.2). */
  readonly cut: RecordSet | undefined;
  /** The DNAME record, which hides the names below (RFC 6672). */
  readonly dname: RecordSet | undefined;
  /** The highest zone cut or DNAME above the name, which hides it. */
  readonly hiddenBy: ZoneNode | undefined;
  /** The wildcard below the name (RFC 4592 §2.1.1). */
  readonly wildcard: ZoneNode | undefined;
}

/** The field with the name of a host, of each type that has one whose addresses are sent along. */
const TARGET_FIELDS: Readonly<Record<string, string>> = {
  NS: "target",
  MX: "exchange",
  SRV: "target",
  SVCB: "target",
  HTTPS: "target",
  KX: "exchange",
  AFSDB: "host",
  RT: "host",
  MB: "target",
};

/** Makes a set. */
export function recordSet(
  type: string,
  records: readonly ResourceRecord[],
  signatures: readonly ResourceRecord[],
): RecordSet {
  const signed = signatures.length === 0 ? records : [...records, ...signatures];
  return { type, records, signatures, signed, targets: targetsOf(type, records) };
}

function targetsOf(type: string, records: readonly ResourceRecord[]): readonly string[] {
  const field = TARGET_FIELDS[type];
  if (field === undefined) return [];
  const targets = records.map(({ name, fields }) => {
    const target = String(fields[field]);
    // A service at the name itself has the target "." (RFC 9460 §2.5).
    return target === "." && "priority" in fields && type !== "SRV" ? name : target;
  });
  return [...new Set(targets.filter((target) => target !== ".").map(nameKey))];
}

/** Returns a set with another TTL, or for a name that a wildcard stands for. */
export function changedSet(set: RecordSet, change: { readonly name?: string; readonly ttl?: number }): RecordSet {
  const copies = (records: readonly ResourceRecord[]) => records.map((record) => ({ ...record, ...change }));
  const records = copies(set.records);
  const signatures = copies(set.signatures);
  return { ...set, records, signatures, signed: signatures.length === 0 ? records : [...records, ...signatures] };
}
