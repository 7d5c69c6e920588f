import { nameKey } from "../codec/canonical.ts";
import type { ResourceRecord } from "../codec/record.ts";
import { typeNumber } from "../codec/types.ts";
import { readSignature, type SignatureData } from "./security_data.ts";

/** The records of one name and type, with the signatures over them. */
export interface RecordSet {
  /** Owner name, absolute. */
  readonly name: string;
  readonly type: string;
  readonly records: readonly ResourceRecord[];
  readonly signatures: readonly SignatureData[];
}

/** Sorts a section into sets, in the order of their first records. */
export function recordSets(section: readonly ResourceRecord[]): RecordSet[] {
  const sets = new Map<string, { name: string; type: string; records: ResourceRecord[] }>();
  const signatures = new Map<string, SignatureData[]>();
  for (const record of section) {
    if (record.class !== "IN") continue;
    const owner = nameKey(record.name);
    if (record.type === "RRSIG") {
      const signature = readSignature(record.rdata);
      if (signature) listOf(signatures, `${owner} ${signature.covered}`).push(signature);
      continue;
    }
    const key = `${owner} ${record.type}`;
    const set = sets.get(key) ?? { name: record.name, type: record.type, records: [] };
    set.records.push(record);
    sets.set(key, set);
  }
  return [...sets.values()].map((set) => ({
    ...set,
    signatures: signatures.get(`${nameKey(set.name)} ${typeNumber(set.type)}`) ?? [],
  }));
}

/** The set of a name and type in a section. */
export function findSet(sets: readonly RecordSet[], name: string, type: string): RecordSet | undefined {
  const key = nameKey(name);
  return sets.find((set) => set.type === type && nameKey(set.name) === key);
}

function listOf<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
