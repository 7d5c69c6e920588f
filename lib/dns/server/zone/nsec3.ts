import { createHash } from "../../../deps/node/hash.ts";
import { canonicalName, nameKey, parentName } from "../../codec/canonical.ts";
import { base32 } from "../../codec/rdata/base32.ts";
import type { ResourceRecord } from "../../codec/record.ts";
import type { Denial } from "./denial.ts";
import type { RecordSet, ZoneNode } from "./node.ts";
import { byOrder, lastUpTo } from "./order.ts";
import { setsOf } from "./tree.ts";

/** Parameters of the hash of names (RFC 5155 §4.1). */
export interface HashParameters {
  readonly iterations: number;
  readonly salt: Uint8Array;
}

/** Maximum number of iterations of a zone: a question about a missing name costs three times as many hashes. */
export const MAX_ITERATIONS = 2500;
const SHA1 = 1;
const OPT_OUT = 1;

/** Returns the hash of a name as a label in upper case (RFC 5155 §5). */
export function hashLabel(name: string, { iterations, salt }: HashParameters): string {
  let hash: Uint8Array = canonicalName(name);
  for (let round = 0; round <= iterations; round++) hash = createHash("sha1").update(hash).update(salt).digest();
  return base32(hash);
}

/** Denial by NSEC3 records (RFC 5155 §7.2). */
export class Nsec3Denial implements Denial {
  readonly #parameters: HashParameters;
  readonly #sorted: readonly { readonly order: string; readonly set: RecordSet }[];
  readonly #hashes = new WeakMap<ZoneNode, string>();
  readonly #wildcardHashes = new WeakMap<ZoneNode, string>();

  /** Takes the records of a chain. */
  constructor(parameters: HashParameters, origin: string, records: readonly ResourceRecord[]) {
    this.#parameters = parameters;
    this.#sorted = chainOf(parameters, origin, records);
  }

  /** Returns the chain of a zone by its NSEC3PARAM records; undefined if none of them can be used. */
  static of(
    origin: string,
    parameters: RecordSet | undefined,
    records: readonly ResourceRecord[],
  ): Nsec3Denial | undefined {
    for (const { rdata } of parameters?.records ?? []) {
      if (rdata[0] !== SHA1 || rdata[1] !== 0) continue;
      const denial = new Nsec3Denial(parametersOf(rdata), origin, records);
      if (denial.#match(denial.#hash(origin)).length > 0) return denial;
    }
    return undefined;
  }

  noData(node: ZoneNode, type: string): readonly RecordSet[] {
    const match = this.#match(this.#nodeHash(node));
    if (match.length > 0 || !node.parent) return match;
    // A name in an opt-out range: an unsigned delegation, or one above it (§7.2.4).
    return type === "DS" || node.sets.size === 0 ? this.insecure(node) : [];
  }

  noName(key: string, encloser: ZoneNode): readonly RecordSet[] {
    return [...this.#encloser(key, encloser), ...this.#cover(this.#wildcardHash(encloser))];
  }

  noCloser(key: string, encloser: ZoneNode): readonly RecordSet[] {
    return this.#cover(this.#hash(nextCloser(key, encloser.key)));
  }

  noWildcardData(key: string, encloser: ZoneNode, wildcard: ZoneNode): readonly RecordSet[] {
    return [...this.#encloser(key, encloser), ...this.#match(this.#nodeHash(wildcard))];
  }

  insecure(cut: ZoneNode): readonly RecordSet[] {
    const match = this.#match(this.#nodeHash(cut));
    return match.length > 0 || !cut.parent ? match : this.#encloser(cut.key, cut.parent);
  }

  /** The proof that a name is the closest encloser of another (§7.2.1): of its ancestors the closest with a record. */
  #encloser(key: string, start: ZoneNode): readonly RecordSet[] {
    for (let node: ZoneNode | undefined = start; node; node = node.parent) {
      const match = this.#match(this.#nodeHash(node));
      if (match.length > 0) return [...match, ...this.#cover(this.#hash(nextCloser(key, node.key)))];
    }
    return [];
  }

  #match(hash: string): readonly RecordSet[] {
    const found = this.#sorted[lastUpTo(this.#sorted, hash)];
    return found?.order === hash ? [found.set] : [];
  }

  #cover(hash: string): readonly RecordSet[] {
    const found = this.#sorted.at(lastUpTo(this.#sorted, hash));
    return found && found.order !== hash ? [found.set] : [];
  }

  #nodeHash(node: ZoneNode): string {
    let hash = this.#hashes.get(node);
    if (hash === undefined) this.#hashes.set(node, hash = this.#hash(node.key));
    return hash;
  }

  /** The hash of the wildcard below a name, which questions about missing names have in common. */
  #wildcardHash(node: ZoneNode): string {
    let hash = this.#wildcardHashes.get(node);
    if (hash === undefined) {
      hash = this.#hash(node.key === "." ? "*." : `*.${node.key}`);
      this.#wildcardHashes.set(node, hash);
    }
    return hash;
  }

  #hash(name: string): string {
    return hashLabel(name, this.#parameters);
  }
}

/** The ancestor of a name that has one label more than the encloser. */
function nextCloser(key: string, encloser: string): string {
  let name = key;
  for (let above = parentName(name); above !== encloser && above !== "."; above = parentName(name)) name = above;
  return name;
}

function parametersOf(rdata: Uint8Array): HashParameters {
  const [, , high = 0, low = 0, length = 0] = rdata;
  return { iterations: high << 8 | low, salt: rdata.subarray(5, 5 + length) };
}

/** The records of a chain by their hashes. */
function chainOf(parameters: HashParameters, origin: string, records: readonly ResourceRecord[]) {
  const owners = new Map<string, ResourceRecord[]>();
  const top = nameKey(origin);
  for (const record of records) {
    const { type, fields, name } = record;
    if (type !== "NSEC3" && !(type === "RRSIG" && fields.typeCovered === "NSEC3")) continue;
    if (type === "NSEC3" && !sameHash(record.rdata, parameters)) continue;
    const key = nameKey(name);
    if (parentName(key) !== top) continue;
    const own = owners.get(key);
    if (own) own.push(record);
    else owners.set(key, [record]);
  }
  return [...owners].flatMap(([key, own]) => {
    const [label = ""] = key.split(".", 1);
    const set = setsOf(own[0]?.name ?? key, own).find(({ type }) => type === "NSEC3");
    return set ? [{ order: label.toUpperCase(), set }] : [];
  }).sort(byOrder);
}

function sameHash(rdata: Uint8Array, { iterations, salt }: HashParameters): boolean {
  const other = parametersOf(rdata);
  const isKnown = rdata[0] === SHA1 && ((rdata[1] ?? 0) & ~OPT_OUT) === 0;
  return isKnown && other.iterations === iterations && other.salt.toHex() === salt.toHex();
}
