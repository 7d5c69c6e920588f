import { HEAD_BYTES, lower, type QueryScan } from "./query_scan.ts";

/** An answer that is ready to be sent, but for the id, the flags RD and CD, and the case of the name. */
export interface ReadyAnswer {
  /** The whole message. */
  readonly message: Uint8Array;
  /** Until when it may be used, by `performance.now`. */
  readonly until: number;
  /** Response code, for the log. */
  readonly rcode: number;
  /** Origin of the records, for the log. */
  readonly source: string;
  /** Number of records in the answer section, for the log. */
  readonly answers: number;
}

/** Returns a number for what an answer depends on beside the question, below 64. */
export function variantOf(scan: QueryScan, recursive: boolean): number {
  // AD of a query says that the client understands AD of the answer (RFC 6840 §5.7).
  return (scan.edns ? 1 : 0) | (scan.dnssecOk ? 2 : 0) | (recursive ? 4 : 0) | (scan.flags & 0x30);
}

/** Size of an answer with its question that there is room for, on average. */
const ENTRY_BYTES = 128;
const FIRST_CAPACITY = 1024;
const GROWTH = 8;

/**
 * Answers that were sent before, by question. Their bytes are in one block, whose oldest bytes are overwritten when it is
 * full: thousands of answers cost the garbage collector nothing. The block grows up to the size of the cache.
 */
export class AnswerCache {
  readonly #size: number;
  #block = new Uint8Array();
  /** Bytes written so far, those that were overwritten since included. */
  #written = 0;
  #stored = 0;
  /** Of each place: the hash, where its bytes begin (1 is the first), and the rest. Two places share a hash. */
  #hashes = new Int32Array();
  #starts = new Float64Array();
  #untils = new Float64Array();
  #variants = new Uint8Array();
  #questionSizes = new Uint16Array();
  #messageSizes = new Uint16Array();
  #rcodes = new Uint16Array();
  #answers = new Uint16Array();
  #sources = new Uint16Array();
  readonly #sourceNames: string[] = [];
  readonly #sourceNumbers = new Map<string, number>();

  /** Creates a cache for about `size` answers; one for 0 stores none. */
  constructor(size: number) {
    this.#size = size;
    if (size > 0) this.#allocate(Math.min(size, FIRST_CAPACITY));
  }

  /** Returns the place of the answer to the question of a message that was scanned; -1 if there is none. */
  find(scan: QueryScan, bytes: Uint8Array, variant: number, now: number): number {
    const place = this.#placeOf(scan.hash);
    if (this.#is(place, scan, bytes, variant)) return now < (this.#untils[place] ?? 0) ? place : -1;
    if (this.#is(place + 1, scan, bytes, variant)) return now < (this.#untils[place + 1] ?? 0) ? place + 1 : -1;
    return -1;
  }

  /** Stores the answer to a question of a message that was scanned. */
  add(scan: QueryScan, bytes: Uint8Array, variant: number, answer: ReadyAnswer): void {
    const { message, until, rcode, source, answers } = answer;
    const questionSize = scan.end - HEAD_BYTES;
    const size = questionSize + message.length;
    if (this.#block.length < size) return;
    if (this.#stored >= this.#block.length / ENTRY_BYTES) this.#grow();
    const room = this.#block.length - this.#written % this.#block.length;
    // An answer is in one piece.
    if (room < size) this.#written += room;
    const at = this.#written % this.#block.length;
    for (let index = 0; index < questionSize; index++) {
      const byte = bytes[HEAD_BYTES + index] ?? 0;
      this.#block[at + index] = index < questionSize - 4 ? lower(byte) : byte;
    }
    this.#block.set(message, at + questionSize);
    const place = this.#freePlace(scan, bytes, variant);
    this.#hashes[place] = scan.hash;
    this.#starts[place] = this.#written + 1;
    this.#untils[place] = until;
    this.#variants[place] = variant;
    this.#questionSizes[place] = questionSize;
    this.#messageSizes[place] = message.length;
    this.#rcodes[place] = rcode;
    this.#answers[place] = answers;
    this.#sources[place] = this.#sourceNumber(source);
    this.#written += size;
    this.#stored++;
  }

  /** Returns the size of an answer. */
  sizeOf(place: number): number {
    return this.#messageSizes[place] ?? 0;
  }

  /** Returns the response code of an answer. */
  rcodeOf(place: number): number {
    return this.#rcodes[place] ?? 0;
  }

  /** Returns the facts about an answer for the log. */
  factsOf(place: number): { rcode: number; source: string; count: number } {
    const source = this.#sourceNames[this.#sources[place] ?? 0] ?? "";
    return { rcode: this.rcodeOf(place), source, count: this.#answers[place] ?? 0 };
  }

  /** Writes an answer to a query into `out`, and returns the part of it that was filled. */
  fill(place: number, bytes: Uint8Array, out: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const questionSize = this.#questionSizes[place] ?? 0;
    const size = this.sizeOf(place);
    const at = this.#offset(place) + questionSize;
    out.set(this.#block.subarray(at, at + size));
    out[0] = bytes[0] ?? 0;
    out[1] = bytes[1] ?? 0;
    out[2] = ((out[2] ?? 0) & 0xfe) | ((bytes[2] ?? 0) & 1);
    out[3] = ((out[3] ?? 0) & 0xef) | ((bytes[3] ?? 0) & 0x10);
    // The case of letters is the client's: it may check that it comes back.
    const end = HEAD_BYTES + questionSize - 4;
    for (let index = HEAD_BYTES; index < end; index++) out[index] = bytes[index] ?? 0;
    return out.subarray(0, size);
  }

  /** Drops all. */
  clear(): void {
    this.#starts.fill(0);
    this.#stored = 0;
  }

  #allocate(capacity: number): void {
    // Twice as many places as answers, so that few have to share.
    const places = 2 ** Math.ceil(Math.log2(2 * capacity));
    this.#block = new Uint8Array(Math.max(capacity, FIRST_CAPACITY) * ENTRY_BYTES);
    this.#written = this.#stored = 0;
    this.#hashes = new Int32Array(places);
    this.#starts = new Float64Array(places);
    this.#untils = new Float64Array(places);
    this.#variants = new Uint8Array(places);
    this.#questionSizes = new Uint16Array(places);
    this.#messageSizes = new Uint16Array(places);
    this.#rcodes = new Uint16Array(places);
    this.#answers = new Uint16Array(places);
    this.#sources = new Uint16Array(places);
  }

  #grow(): void {
    const capacity = this.#block.length / ENTRY_BYTES;
    if (capacity < this.#size) this.#allocate(Math.min(this.#size, capacity * GROWTH));
    else this.#stored = 0;
  }

  #placeOf(hash: number): number {
    return hash & (this.#hashes.length - 2);
  }

  #offset(place: number): number {
    return ((this.#starts[place] ?? 1) - 1) % this.#block.length;
  }

  /** Whether the bytes of a place are still there. */
  #isThere(place: number): boolean {
    const start = (this.#starts[place] ?? 0) - 1;
    return start >= 0 && this.#written <= start + this.#block.length;
  }

  #is(place: number, { hash, end }: QueryScan, bytes: Uint8Array, variant: number): boolean {
    if (this.#hashes[place] !== hash || this.#variants[place] !== variant || !this.#isThere(place)) return false;
    const size = end - HEAD_BYTES;
    if (this.#questionSizes[place] !== size) return false;
    const at = this.#offset(place);
    const names = size - 4;
    let index = 0;
    for (; index < names; index++) {
      if (this.#block[at + index] !== lower(bytes[HEAD_BYTES + index] ?? 0)) return false;
    }
    for (; index < size; index++) if (this.#block[at + index] !== bytes[HEAD_BYTES + index]) return false;
    return true;
  }

  /** The place of the same question, or one without an answer, or that of the older answer. */
  #freePlace(scan: QueryScan, bytes: Uint8Array, variant: number): number {
    const first = this.#placeOf(scan.hash);
    if (!this.#isThere(first) || this.#is(first, scan, bytes, variant)) return first;
    if (!this.#isThere(first + 1) || this.#is(first + 1, scan, bytes, variant)) return first + 1;
    return (this.#starts[first] ?? 0) < (this.#starts[first + 1] ?? 0) ? first : first + 1;
  }

  #sourceNumber(source: string): number {
    const known = this.#sourceNumbers.get(source);
    if (known !== undefined) return known;
    // A name that is not known any more belongs to no answer.
    if (this.#sourceNames.length > 0xffff) {
      this.clear();
      this.#sourceNames.length = 0;
      this.#sourceNumbers.clear();
    }
    this.#sourceNumbers.set(source, this.#sourceNames.length);
    return this.#sourceNames.push(source) - 1;
  }
}
