import { NetworkError } from "../../core/errors/errors.ts";
import { formatLabel, MAX_NAME_BYTES } from "./name.ts";

/**
 * Why a message cannot be read. Its code is `answer-cut` when bytes are missing and `answer-malformed` when those that
 * are there are wrong.
 *
 * @example Recognise an invalid message
 * ```ts
 * import { DnsMessageError } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new DnsMessageError("the message ends early", { code: "answer-cut" });
 * assertEquals(error instanceof Error, true);
 * ```
 */
export class DnsMessageError extends NetworkError {
  /** The name of the class. */
  override readonly name: string = "DnsMessageError";
}

/** Bounds of a {@link Reader}. */
export interface ReaderBounds {
  /** Where it starts. @default 0 */
  readonly at?: number;
  /** Where it ends, within a message. Without it, at the end of the message. */
  readonly end?: number;
  /** Reject pointers in names: these are the data of a record, without the message around it. @default false */
  readonly whole?: boolean;
}

const POINTER = 0xc0;
/** A name has no more labels than this; a chain of pointers between them would only cost time. */
const MAX_POINTERS = 127;
/** Where the first question begins, whose name most pointers lead to. */
const FIRST_NAME = 12;

/** Reads the parts of a message, one after the other, within bounds. Every method throws a {@link DnsMessageError}. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #isPart: boolean;
  readonly #whole: boolean;
  #firstName?: string;
  /** Where the next part begins. */
  at: number;

  /** Reads within bounds; pointers in names may lead to anywhere before. */
  constructor(bytes: Uint8Array, { at = 0, end, whole = false }: ReaderBounds = {}) {
    this.#bytes = bytes;
    this.#isPart = end !== undefined || whole;
    this.#whole = whole;
    this.#end = end ?? bytes.length;
    this.at = at;
  }

  /** Number of bytes left. */
  get left(): number {
    return this.#end - this.at;
  }

  /** The next byte as a number. */
  u8(): number {
    return this.#bytes[this.#step(1)] ?? 0;
  }

  /** The next two bytes as a number. */
  u16(): number {
    const at = this.#step(2);
    const bytes = this.#bytes;
    return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  }

  /** The next four bytes as a number. */
  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }

  /** The next six bytes as a number. */
  u48(): number {
    return this.u16() * 0x1_0000_0000 + this.u32();
  }

  /** The next `size` bytes; they are not copied. */
  take(size: number): Uint8Array {
    const start = this.#step(size);
    return this.#bytes.subarray(start, start + size);
  }

  /** All bytes that are left; they are not copied. */
  rest(): Uint8Array {
    return this.take(this.left);
  }

  /** Reads a character-string: a length byte, and that number of bytes (RFC 1035 §3.3). */
  string(): Uint8Array {
    return this.take(this.u8());
  }

  /** A reader for the next `size` bytes alone. */
  part(size: number): Reader {
    const start = this.#step(size);
    return new Reader(this.#bytes, { at: start, end: start + size });
  }

  /** The next name, as zone files write it. */
  name(): string {
    const start = this.at;
    if (this.#firstName !== undefined && this.#pointsToFirst(start)) {
      this.at += 2;
      return this.#firstName;
    }
    let text = "";
    this.labels((bytes, at, end) => {
      text += formatLabel(bytes, at, end) + ".";
    });
    if (text === "") text = ".";
    if (start === FIRST_NAME && !this.#isPart) this.#firstName = text;
    return text;
  }

  /**
   * Calls back with the place of each label of the next name. A pointer (RFC 1035 §4.1.4) has to lead to before the
   * piece of the name that it ends: so no chain of them is without end.
   */
  labels(found: (bytes: Uint8Array, start: number, end: number) => void): void {
    const bytes = this.#bytes;
    let length = 1;
    let pointers = 0;
    let piece = this.at;
    // Behind a pointer the walk goes on elsewhere, up to the end of the message, and this reader stays behind the pointer.
    let elsewhere = -1;
    while (true) {
      const at = elsewhere < 0 ? this.#step(1) : this.#inside(elsewhere, 1);
      const size = bytes[at] ?? 0;
      if (size === 0) return;
      if (size >= POINTER) {
        if (this.#whole) throw malformed("a name in the data of a record is compressed");
        const low = bytes[elsewhere < 0 ? this.#step(1) : this.#inside(at + 1, 1)] ?? 0;
        const target = ((size & ~POINTER) << 8) | low;
        if (target >= piece) throw malformed("a name points forward, or to itself");
        if (++pointers > MAX_POINTERS) throw malformed("a name has too many pointers");
        piece = target;
        elsewhere = target;
        continue;
      }
      if (size > 63) throw malformed("a label is of an unknown kind");
      length += size + 1;
      if (length > MAX_NAME_BYTES) throw malformed("a name has more than 255 bytes");
      const start = elsewhere < 0 ? this.#step(size) : this.#inside(at + 1, size);
      found(bytes, start, start + size);
      if (elsewhere >= 0) elsewhere = start + size;
    }
  }

  #pointsToFirst(at: number): boolean {
    return at + 2 <= this.#end && this.#bytes[at] === POINTER && this.#bytes[at + 1] === FIRST_NAME;
  }

  #inside(at: number, size: number): number {
    if (at + size > this.#bytes.length) throw cut();
    return at;
  }

  #step(size: number): number {
    const start = this.at;
    // A part that is too short contradicts the message; a message that is too short was cut.
    if (start + size > this.#end) {
      throw this.#isPart ? malformed("a part is longer than the record that it lies in") : cut();
    }
    this.at += size;
    return start;
  }
}

function cut(): DnsMessageError {
  return new DnsMessageError("the answer ends too early", { code: "answer-cut", operation: "read" });
}

/** The error for bytes that are wrong. */
export function malformed(why: string): DnsMessageError {
  return new DnsMessageError(`the answer is malformed: ${why}`, { code: "answer-malformed", operation: "read" });
}
