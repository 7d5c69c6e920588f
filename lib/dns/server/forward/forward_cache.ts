import type { ResourceRecord } from "../../codec/record.ts";
import type { ServedAnswer } from "../answer/types.ts";

/** Bounds of a {@link ForwardCache}. */
export interface CacheLimits {
  /** Number of answers; 0 keeps none. @default 10000 */
  readonly entries?: number;
  /** Estimated bytes of all answers together. @default 16777216 */
  readonly bytes?: number;
}

const MAX_ENTRIES = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** Overhead of an answer, and of a record, in bytes. */
const ENTRY_BYTES = 400;
const RECORD_BYTES = 300;

/** An answer with the time that it has. */
interface CachedAnswer {
  readonly answer: ServedAnswer;
  /** When it was stored, in milliseconds. */
  readonly stored: number;
  /** Seconds for which it is valid. */
  readonly lifetime: number;
  /** Estimated size. */
  readonly bytes: number;
}

/** Answers of name servers, as long as their TTLs allow; the one unused for longest makes room for a new one. */
export class ForwardCache {
  readonly #answers = new Map<string, CachedAnswer>();
  readonly #entries: number;
  readonly #maxBytes: number;
  #bytes = 0;

  /** Makes an empty cache. */
  constructor({ entries = MAX_ENTRIES, bytes = MAX_BYTES }: CacheLimits = {}) {
    this.#entries = entries;
    this.#maxBytes = bytes;
  }

  /** Number of answers. */
  get size(): number {
    return this.#answers.size;
  }

  /** Estimated bytes of all answers. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Returns an answer with the TTLs that are left at `now`, and the seconds until it ends. */
  get(key: string, now: number): { readonly answer: ServedAnswer; readonly left: number } | undefined {
    const cached = this.#answers.get(key);
    if (!cached) return undefined;
    const age = Math.max(0, Math.floor((now - cached.stored) / 1000));
    const left = cached.lifetime - age;
    if (left <= 0) {
      this.#delete(key, cached);
      return undefined;
    }
    this.#answers.delete(key);
    this.#answers.set(key, cached);
    return { answer: aged(cached.answer, age, cached.lifetime), left };
  }

  /** Stores an answer for `lifetime` seconds from `now`; one too large for the cache is left out. */
  set(key: string, answer: ServedAnswer, lifetime: number, now: number): void {
    const old = this.#answers.get(key);
    if (old) this.#delete(key, old);
    const bytes = sizeOf(key, answer);
    if (lifetime <= 0 || this.#entries === 0 || bytes > this.#maxBytes / 8) return;
    this.#answers.set(key, { answer, stored: now, lifetime, bytes });
    this.#bytes += bytes;
    for (const [key, cached] of this.#answers) {
      if (this.#answers.size <= this.#entries && this.#bytes <= this.#maxBytes) break;
      this.#delete(key, cached);
    }
  }

  /** Drops all answers. */
  clear(): void {
    this.#answers.clear();
    this.#bytes = 0;
  }

  #delete(key: string, { bytes }: CachedAnswer): void {
    this.#answers.delete(key);
    this.#bytes -= bytes;
  }
}

/** An answer with its TTLs lowered by its age, none above the time that the whole has left. */
export function aged(answer: ServedAnswer, age: number, lifetime: number): ServedAnswer {
  const older = (records: readonly ResourceRecord[] = []) =>
    records.map((record) => ({ ...record, ttl: Math.max(0, Math.min(record.ttl ?? 0, lifetime) - age) }));
  return { ...answer, answers: older(answer.answers), authorities: older(answer.authorities) };
}

function sizeOf(key: string, { answers, authorities = [], errors = [] }: ServedAnswer): number {
  let bytes = ENTRY_BYTES + 2 * key.length;
  for (const { name, data, rdata } of [...answers, ...authorities]) {
    // The parts of the data are about as large as the data.
    bytes += RECORD_BYTES + name.length + 2 * data.length + rdata.length;
  }
  for (const { text = "" } of errors) bytes += 100 + 2 * text.length;
  return bytes;
}
