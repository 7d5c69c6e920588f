import { isSubdomain, nameKey, parentName } from "../../codec/canonical.ts";
import type { ResourceRecord } from "../../codec/record.ts";
import { type RecordSet, recordSet, type ZoneNode } from "./node.ts";

interface Draft extends ZoneNode {
  readonly parent: Draft | undefined;
  readonly sets: Map<string, RecordSet>;
  readonly records: ResourceRecord[];
  cut: RecordSet | undefined;
  dname: RecordSet | undefined;
  hiddenBy: ZoneNode | undefined;
  wildcard: ZoneNode | undefined;
}

/** The names of a zone. */
export interface ZoneTree {
  /** Those with records, and those above them (empty non-terminals), by their keys. */
  readonly nodes: ReadonlyMap<string, ZoneNode>;
  /** Records of names with NSEC3 records only, which do not exist for questions (RFC 5155 §7.2.8). */
  readonly hashed: readonly ResourceRecord[];
}

/** Makes the tree of names of a zone. Records outside the zone are left out. */
export function zoneTree(origin: string, records: readonly ResourceRecord[]): ZoneTree {
  const nodes = new Map<string, Draft>();
  const top = nameKey(origin);
  const nodeOf = (name: string, key: string): Draft => {
    const found = nodes.get(key);
    if (found) return found;
    const parent = key === top ? undefined : nodeOf(parentName(name), parentName(key));
    const unset = { cut: undefined, dname: undefined, hiddenBy: undefined, wildcard: undefined };
    const node: Draft = { name, key, parent, sets: new Map(), records: [], ...unset };
    nodes.set(key, node);
    return node;
  };
  nodeOf(origin, top);
  const hashed = hashedNames(records);
  const proofs: ResourceRecord[] = [];
  for (const record of records) {
    const key = nameKey(record.name);
    if (!isSubdomain(key, top)) continue;
    if (hashed.has(key)) proofs.push(record);
    else nodeOf(record.name, key).records.push(record);
  }
  for (const node of nodes.values()) fill(node, node.key === top);
  for (const node of nodes.values()) node.hiddenBy = hider(node.parent);
  return { nodes, hashed: proofs };
}

/** Names that have nothing but NSEC3 records and their signatures. */
function hashedNames(records: readonly ResourceRecord[]): ReadonlySet<string> {
  const hashed = new Set<string>();
  for (const { type, name } of records) if (type === "NSEC3") hashed.add(nameKey(name));
  if (hashed.size === 0) return hashed;
  for (const { type, name, fields } of records) {
    if (type !== "NSEC3" && !(type === "RRSIG" && fields.typeCovered === "NSEC3")) hashed.delete(nameKey(name));
  }
  return hashed;
}

/** The highest cut or DNAME from a name upwards. */
function hider(start: Draft | undefined): ZoneNode | undefined {
  let found: ZoneNode | undefined;
  for (let node = start; node; node = node.parent) if (node.cut || node.dname) found = node;
  return found;
}

function fill(node: Draft, isTop: boolean): void {
  for (const set of setsOf(node.name, node.records)) node.sets.set(set.type, set);
  node.records.length = 0;
  if (!isTop) node.cut = node.sets.get("NS");
  node.dname = node.sets.get("DNAME");
  if (node.parent && node.key.startsWith("*.")) node.parent.wildcard = node;
}

/** Returns the sets of a name, in the order of their first records. */
export function setsOf(name: string, records: readonly ResourceRecord[]): RecordSet[] {
  const byType = new Map<string, ResourceRecord[]>();
  const signatures = new Map<string, ResourceRecord[]>();
  const add = (map: Map<string, ResourceRecord[]>, type: string, record: ResourceRecord) => {
    const list = map.get(type);
    if (list) list.push(record);
    else map.set(type, [record]);
  };
  for (const record of records) {
    // An owner in another case would make two sets of one.
    const own = record.name === name ? record : { ...record, name };
    add(byType, own.type, own);
    if (own.type === "RRSIG") add(signatures, String(own.fields.typeCovered), own);
  }
  return [...byType].map(([type, list]) =>
    recordSet(type, unified(list, type), unified(signatures.get(type) ?? [], "RRSIG"))
  );
}

/** Records without repetition, and with one TTL, the smallest (RFC 2181 §5.2); those of RRSIG belong to several sets. */
function unified(records: readonly ResourceRecord[], type: string): readonly ResourceRecord[] {
  if (records.length < 2) return records;
  const unique = [...new Map(records.map((record) => [record.data, record])).values()];
  if (type === "RRSIG") return unique;
  const ttl = Math.min(...unique.map((record) => record.ttl ?? 0));
  return unique.map((record) => record.ttl === ttl ? record : { ...record, ttl });
}
