import { canonicalName, compareBytes, labelCount, parentName } from "../codec/canonical.ts";
import { concat } from "../../deps/std/bytes.ts";
import { type Denial, endsHere, type Query, typesDenial } from "./denial.ts";
import { ancestor, equalNames, wildcardOf } from "./names.ts";
import type { Nsec3Data } from "./security_data.ts";
import { MAX_ITERATIONS, type Work } from "./work.ts";

/** An NSEC3 record whose signature is valid. */
export interface Nsec3 extends Nsec3Data {
  readonly owner: string;
}

const SHA1 = 1;
const SHA1_BYTES = 20;
const OPT_OUT = 1;
const DIGITS = "0123456789abcdefghijklmnopqrstuv";

/** The hash of a name (RFC 5155 §5). */
export async function nsec3Hash(name: string, salt: Uint8Array, iterations: number): Promise<Uint8Array> {
  let hash: Uint8Array = canonicalName(name);
  for (let round = 0; round <= iterations; round++) {
    hash = new Uint8Array(await crypto.subtle.digest("SHA-1", concat([hash, salt])));
  }
  return hash;
}

/** The NSEC3 records of a zone that were hashed in one way, and what they prove (RFC 5155 §8). */
export class Nsec3Proof {
  readonly #records: readonly (Nsec3 & { readonly hash: Uint8Array })[];
  readonly #zone: string;
  readonly #work: Work;
  readonly #hashes = new Map<string, Promise<Uint8Array>>();

  /** Takes the records of the zone; those with other parameters than the first, or unknown ones, are left out. */
  constructor(records: readonly Nsec3[], zone: string, work: Work) {
    const own = records.flatMap((record) => {
      const [label = ""] = record.owner.split(".", 1);
      const hash = base32hex(label.toLowerCase());
      const usable = record.algorithm === SHA1 && (record.flags & ~OPT_OUT) === 0 && record.next.length === SHA1_BYTES;
      const inZone = equalNames(parentName(record.owner), zone);
      return usable && inZone && hash?.length === SHA1_BYTES ? [{ ...record, hash }] : [];
    });
    const [first] = own;
    this.#records = own.filter(({ iterations, salt }) =>
      first && iterations === first.iterations && compareBytes(salt, first.salt) === 0
    );
    this.#zone = zone;
    this.#work = work;
  }

  /** Why nothing can be proven: the hash has too many iterations; undefined when it has not. */
  get tooExpensive(): Denial | undefined {
    const iterations = this.#records[0]?.iterations ?? 0;
    if (iterations <= MAX_ITERATIONS) return undefined;
    return { kind: "iterations", proof: `NSEC3 with ${iterations} iterations (at most ${MAX_ITERATIONS} are checked)` };
  }

  /** Returns what the records prove about a name. */
  async denial(query: Query): Promise<Denial | undefined> {
    const match = await this.#match(query.name);
    if (match) return typesDenial(match.types, query, `NSEC3 of ${query.name}`);
    const encloser = await this.#closestEncloser(query.name);
    if (!encloser) return undefined;
    const { closest, cover } = encloser;
    const range = `NSEC3 of ${closest}, and of a range around ${encloser.next}`;
    // Below an opt-out range there may be unsigned delegations (RFC 5155 §9.2).
    const optOut: Denial | undefined = cover.flags & OPT_OUT
      ? { kind: "opt-out", proof: `${range} with opt-out` }
      : undefined;
    if (query.type === "DS" && optOut) return optOut;
    const wildcard = wildcardOf(closest);
    const same = await this.#match(wildcard);
    if (same) {
      const denial = typesDenial(same.types, query, `NSEC3 of ${wildcard}`);
      return denial && (optOut ?? { kind: "no-data", proof: `${range}; ${denial.proof}` });
    }
    if (!await this.#cover(wildcard)) return query.nameError ? undefined : optOut;
    return optOut ?? { kind: "no-name", proof: `${range}; no wildcard` };
  }

  /** Returns whether nothing is closer to a name than the wildcard below its ancestor of `labels` labels. */
  async noCloser(name: string, labels: number): Promise<Denial | undefined> {
    const next = ancestor(name, labels + 1);
    const cover = await this.#cover(next);
    if (!cover) return undefined;
    const proof = `NSEC3 of a range around ${next}`;
    return cover.flags & OPT_OUT ? { kind: "opt-out", proof: `${proof} with opt-out` } : { kind: "no-name", proof };
  }

  /** The longest ancestor that is proven to exist, with the record of a range around the next longer name (§8.3). */
  async #closestEncloser(name: string) {
    for (let labels = labelCount(name) - 1; labels >= labelCount(this.#zone); labels--) {
      const closest = ancestor(name, labels);
      const match = await this.#match(closest);
      if (!match) continue;
      if (endsHere(match.types)) return undefined;
      const next = ancestor(name, labels + 1);
      const cover = await this.#cover(next);
      return cover && { closest, next, cover };
    }
    return undefined;
  }

  async #match(name: string) {
    const hash = await this.#hash(name);
    return this.#records.find((record) => compareBytes(record.hash, hash) === 0);
  }

  async #cover(name: string) {
    const hash = await this.#hash(name);
    return this.#records.find((record) => {
      const [after, before] = [compareBytes(hash, record.hash) > 0, compareBytes(hash, record.next) < 0];
      return compareBytes(record.hash, record.next) < 0 ? after && before : after || before;
    });
  }

  #hash(name: string): Promise<Uint8Array> {
    const [first] = this.#records;
    let hash = this.#hashes.get(name);
    if (!hash) {
      this.#work.hashes((first?.iterations ?? 0) + 1);
      hash = nsec3Hash(name, first?.salt ?? new Uint8Array(), first?.iterations ?? 0);
      this.#hashes.set(name, hash);
    }
    return hash;
  }
}

/** Decodes a label of NSEC3 (RFC 4648 §7); undefined for other characters. */
function base32hex(label: string): Uint8Array | undefined {
  const bytes: number[] = [];
  let [bits, count] = [0, 0];
  for (const char of label) {
    const value = DIGITS.indexOf(char);
    if (value < 0) return undefined;
    bits = ((bits << 5) | value) & 0xfff;
    count += 5;
    if (count >= 8) {
      count -= 8;
      bytes.push((bits >> count) & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}
