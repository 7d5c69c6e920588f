import { MAX_NAME_BYTES, writeName } from "./name.ts";

/** Collects bytes; numbers are written with the highest byte first. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  /** Number of bytes written. */
  length = 0;

  /** Makes an empty writer with room for `size` bytes; it grows. */
  constructor(size = 64) {
    this.#bytes = new Uint8Array(size);
  }

  /** Writes a byte. */
  u8(value: number): void {
    const at = this.#grow(1);
    this.#bytes[at] = value;
  }

  /** Writes two bytes. */
  u16(value: number): void {
    const at = this.#grow(2);
    this.#bytes[at] = value >>> 8;
    this.#bytes[at + 1] = value;
  }

  /** Writes four bytes. */
  u32(value: number): void {
    this.u16(value >>> 16);
    this.u16(value & 0xffff);
  }

  /** Writes six bytes. */
  u48(value: number): void {
    this.u16(Math.floor(value / 0x1_0000_0000) & 0xffff);
    this.u32(value >>> 0);
  }

  /** Writes bytes as they are. */
  put(bytes: Uint8Array): void {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Writes a part of other bytes. */
  copy(bytes: Uint8Array, start: number, end: number): void {
    const at = this.#grow(end - start);
    for (let from = start, to = at; from < end; from++, to++) this.#bytes[to] = bytes[from] ?? 0;
  }

  /**
   * Writes a name, taken as absolute, without compression.
   *
   * @throws {UsageError} `invalid-name`.
   */
  name(name: string): void {
    const at = this.#grow(MAX_NAME_BYTES);
    this.length = writeName(name, this.#bytes, at);
  }

  /** Replaces two bytes that were written before. */
  setU16(at: number, value: number): void {
    this.#bytes[at] = value >>> 8;
    this.#bytes[at + 1] = value;
  }

  /** Replaces a byte that was written before. */
  setU8(at: number, value: number): void {
    this.#bytes[at] = value;
  }

  /** Returns what was written from `start` on, as a copy. */
  bytes(start = 0): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(start, this.length);
  }

  /** Writes what was written into other bytes, if there is room for it, and returns that part of them; otherwise a copy. */
  bytesIn(into: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (this.length > into.length) return this.bytes();
    into.set(this.#bytes.subarray(0, this.length));
    return into.subarray(0, this.length);
  }

  #grow(size: number): number {
    const at = this.length;
    this.length += size;
    if (this.length > this.#bytes.length) {
      const roomy = new Uint8Array(Math.max(2 * this.#bytes.length, this.length));
      roomy.set(this.#bytes.subarray(0, at));
      this.#bytes = roomy;
    }
    return at;
  }
}
