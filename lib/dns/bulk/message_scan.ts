import { MAX_LABEL_BYTES, MAX_NAME_BYTES } from "../codec/name.ts";
import { META_TYPES, TYPE_NUMBERS } from "../codec/types.ts";

const HEADER_BYTES = 12;
const POINTER = 0xc0;
const IN = 1;
/** Length of the numbers behind the two names of an SOA record, and where the last of them begins. */
const SOA_NUMBERS = 20;
const SOA_MINIMUM = 16;
const TRUNCATED = 0x02;
/** More records beside the answers are unusual: the search for names that were read would take too long. */
const MAX_OTHERS = 40;

/** An answer in a message: its data lie there, perhaps with compressed names. */
export interface ScannedAnswer {
  ttl: number;
  at: number;
  size: number;
}

/**
 * Reads the usual responses without an object for each of their parts: all answers are of the name and the type that were
 * asked for, the other sections have NS, SOA and addresses, and EDNS has no options. It verifies as much as
 * `decodeMessage` does, and rejects whatever that might read in another way.
 */
export class MessageScan {
  /** The response code. */
  rcode = 0;
  /** The answers. */
  readonly answers: ScannedAnswer[] = [];
  /** Seconds for which a negative answer may be kept, of a response without answers and with an SOA record. */
  negativeTtl?: number;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  /** Where the names begin that were read, and their lengths. */
  readonly #names: number[] = [];
  readonly #lengths: number[] = [];

  /** Reads a response whose question ends at `end`; false if it is unusual. */
  read(bytes: Uint8Array, end: number, type: number): boolean {
    this.#bytes = bytes;
    this.#at = HEADER_BYTES;
    this.answers.length = this.#names.length = this.#lengths.length = 0;
    this.negativeTtl = undefined;
    this.rcode = this.#u8(3) & 15;
    if (bytes.length < end || (this.#u8(2) & TRUNCATED) !== 0 || this.#u16(4) !== 1) return false;
    if (!this.#name(end) || this.#at + 4 !== end) return false;
    this.#at = end;
    const [answers, authorities, additionals] = [this.#u16(6), this.#u16(8), this.#u16(10)];
    if (authorities + additionals > MAX_OTHERS) return false;
    for (let left = answers; left > 0; left--) if (!this.#answer(type)) return false;
    for (let left = authorities; left > 0; left--) if (!this.#other(false)) return false;
    let edns = false;
    for (let left = additionals; left > 0; left--) {
      if (this.#u8(this.#at) === 0) {
        if (edns || !this.#edns()) return false;
        edns = true;
      } else if (!this.#other(true)) return false;
    }
    return true;
  }

  #answer(type: number): boolean {
    const at = this.#at;
    const bytes = this.#bytes;
    if (bytes[at] !== POINTER || bytes[at + 1] !== HEADER_BYTES || !this.#head(at + 2)) return false;
    if (this.#u16(at + 2) !== type) return false;
    this.answers.push({ ttl: this.#ttl(at + 6), at: at + 12, size: this.#u16(at + 10) });
    return true;
  }

  /** Steps over a record from its type on; false if its class is not IN or its data are not all there. */
  #head(at: number): boolean {
    if (at + 10 > this.#bytes.length || this.#u16(at + 2) !== IN) return false;
    this.#at = at + 10 + this.#u16(at + 8);
    return this.#at <= this.#bytes.length;
  }

  /** A record of another section. */
  #other(isAdditional: boolean): boolean {
    if (!this.#name(this.#bytes.length)) return false;
    const head = this.#at;
    if (!this.#head(head)) return false;
    const [end, size] = [this.#at, this.#u16(head + 8)];
    this.#at = head + 10;
    switch (this.#u16(head)) {
      case TYPE_NUMBERS.A:
        this.#at += 4;
        return size === 4;
      case TYPE_NUMBERS.AAAA:
        this.#at += 16;
        return size === 16;
      case TYPE_NUMBERS.NS:
        return this.#name(end) && this.#at === end;
      case TYPE_NUMBERS.SOA:
        if (!this.#name(end) || !this.#name(end) || this.#at + SOA_NUMBERS !== end) return false;
        if (!isAdditional) {
          this.negativeTtl ??= Math.min(this.#ttl(head + 4), this.#u32(this.#at + SOA_MINIMUM));
        }
        this.#at = end;
        return true;
      default:
        return false;
    }
  }

  #edns(): boolean {
    const at = this.#at;
    if (at + 11 > this.#bytes.length || this.#u16(at + 1) !== META_TYPES.OPT) return false;
    this.#at = at + 11;
    // Upper bits of the response code, or options.
    return this.#u8(at + 5) === 0 && this.#u16(at + 9) === 0;
  }

  /** Steps over a name that ends before `end`, and remembers it; a pointer may only lead to a name that was read before. */
  #name(end: number): boolean {
    const bytes = this.#bytes;
    const first = this.#names.length;
    let at = this.#at;
    let length = 1;
    while (true) {
      const size = bytes[at] ?? 0;
      if (at >= end) return false;
      if (size === 0) {
        this.#at = at + 1;
        break;
      }
      if (size >= POINTER) {
        if (at + 2 > end) return false;
        const known = this.#lengthAt((size & ~POINTER) << 8 | (bytes[at + 1] ?? 0), first);
        if (known === 0) return false;
        length += known - 1;
        this.#at = at + 2;
        break;
      }
      if (size > MAX_LABEL_BYTES) return false;
      this.#names.push(at);
      this.#lengths.push(length);
      length += size + 1;
      at += size + 1;
    }
    if (length > MAX_NAME_BYTES) return false;
    for (let index = first; index < this.#names.length; index++) {
      this.#lengths[index] = length - (this.#lengths[index] ?? 0) + 1;
    }
    return true;
  }

  /** Length of a name that was read before, of which no more than the first `count` labels are known. */
  #lengthAt(target: number, count: number): number {
    for (let index = 0; index < count; index++) if (this.#names[index] === target) return this.#lengths[index] ?? 0;
    return 0;
  }

  #ttl(at: number): number {
    const ttl = this.#u32(at);
    return ttl > 0x7fffffff ? 0 : ttl;
  }

  #u8(at: number): number {
    return this.#bytes[at] ?? 0;
  }

  #u16(at: number): number {
    return (this.#u8(at) << 8) | this.#u8(at + 1);
  }

  #u32(at: number): number {
    return this.#u16(at) * 0x10000 + this.#u16(at + 2);
  }
}
