import { NetworkError } from "../../core/errors/errors.ts";
import { formatName } from "./name.ts";

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

const POINTER = 0xc0;

/** Reads the parts of a message, one after the other, within bounds. Every method throws a {@link DnsMessageError}. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  readonly #isPart: boolean;
  /** Where the next part begins. */
  at: number;

  /** Reads from `at`, up to the end of the message or of a part of it; pointers in names may lead to anywhere before. */
  constructor(bytes: Uint8Array, at = 0, end?: number) {
    this.#bytes = bytes;
    this.#isPart = end !== undefined;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = end ?? bytes.length;
    this.at = at;
  }

  /** Number of bytes left. */
  get left(): number {
    return this.#end - this.at;
  }

  /** The next byte as a number. */
  u8(): number {
    return this.#view.getUint8(this.#step(1));
  }

  /** The next two bytes as a number. */
  u16(): number {
    return this.#view.getUint16(this.#step(2));
  }

  /** The next four bytes as a number. */
  u32(): number {
    return this.#view.getUint32(this.#step(4));
  }

  /** The next `size` bytes. */
  take(size: number): Uint8Array {
    const start = this.#step(size);
    return this.#bytes.subarray(start, start + size);
  }

  /** Reads a character-string: a length byte, and that number of bytes (RFC 1035 §3.3). */
  string(): Uint8Array {
    return this.take(this.u8());
  }

  /** A reader for the next `size` bytes alone. */
  part(size: number): Reader {
    const start = this.#step(size);
    return new Reader(this.#bytes, start, start + size);
  }

  /**
   * The next name, as zone files write it. A pointer (RFC 1035 §4.1.4) has to lead to before the piece of the name that
   * it ends: so no chain of them is without end.
   */
  name(): string {
    const labels: Uint8Array[] = [];
    let length = 1;
    let piece = this.at;
    // Behind a pointer the walk goes on elsewhere, and this reader stays behind the pointer.
    let elsewhere: Reader | undefined;
    while (true) {
      const reader: Reader = elsewhere ?? this;
      const size = reader.u8();
      if (size === 0) return formatName(labels);
      if ((size & POINTER) === POINTER) {
        const target = ((size & ~POINTER) << 8) | reader.u8();
        if (target >= piece) throw malformed("a name points forward, or to itself");
        piece = target;
        elsewhere = new Reader(this.#bytes, target);
      } else if ((size & POINTER) !== 0) throw malformed("a label is of an unknown kind");
      else {
        length += size + 1;
        if (length > 255) throw malformed("a name has more than 255 bytes");
        labels.push(reader.take(size));
      }
    }
  }

  #step(size: number): number {
    const start = this.at;
    if (start + size > this.#end) {
      // A part that is too short contradicts the message; a message that is too short was cut.
      throw this.#isPart
        ? malformed("a part is longer than the record that it lies in")
        : new DnsMessageError("the answer ends too early", { code: "answer-cut", operation: "read" });
    }
    this.at += size;
    return start;
  }
}

/** The error for bytes that are wrong. */
export function malformed(why: string): DnsMessageError {
  return new DnsMessageError(`the answer is malformed: ${why}`, { code: "answer-malformed", operation: "read" });
}
