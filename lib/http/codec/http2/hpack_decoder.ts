import { decodeOctets } from "../octets.ts";
import { Http2Error } from "./errors.ts";
import { decodeHuffman } from "./huffman.ts";
import { type HeaderField, STATIC_TABLE } from "./static_table.ts";

/** Decoded header block. */
export interface HeaderBlock {
  /** The fields, in order; none of those beyond the limit. */
  readonly fields: readonly HeaderField[];
  /** Whether there were more fields, or larger ones, than the limits allow. */
  readonly tooLarge: boolean;
}

/** Limits of a header block. */
export interface HeaderBlockLimits {
  /** Sum of the sizes of all fields: name, value and 32 (RFC 9113 §6.5.2). */
  readonly size: number;
  /** Number of fields. */
  readonly fields: number;
}

/** Overhead of a field (RFC 7541 §4.1). */
const FIELD_OVERHEAD = 32;
/** Largest integer that is read: beyond all limits, and far from the limits of numbers. */
const MAX_INTEGER = 2 ** 28;

/** Decodes header blocks of one direction of a connection (RFC 7541), with its dynamic table. */
export class HpackDecoder {
  readonly #maxSize: number;
  /** The dynamic table, the newest entry last. */
  readonly #table: HeaderField[] = [];
  #size = 0;
  #limit: number;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;

  /** Creates a decoder whose dynamic table has at most `maxSize` bytes: SETTINGS_HEADER_TABLE_SIZE. */
  constructor(maxSize: number = 4096) {
    this.#maxSize = maxSize;
    this.#limit = maxSize;
  }

  /** Size of the dynamic table. */
  get tableSize(): number {
    return this.#size;
  }

  /**
   * Decodes a whole block. Beyond the limits the fields are dropped, but the table follows, as the next block needs it.
   *
   * @throws {Http2Error} `COMPRESSION_ERROR`: the connection cannot continue.
   */
  decode(block: Uint8Array, limits: HeaderBlockLimits): HeaderBlock {
    this.#bytes = block;
    this.#at = 0;
    const fields: HeaderField[] = [];
    let size = 0;
    let tooLarge = false;
    let first = true;
    while (this.#at < block.length) {
      const byte = block[this.#at];
      if ((byte & 0xe0) === 0x20) {
        if (!first) throw invalid("the size of the table changes behind a field");
        this.#resize(this.#integer(5));
        continue;
      }
      first = false;
      const field = this.#field(byte);
      size += sizeOf(field);
      if (size > limits.size || fields.length >= limits.fields) tooLarge = true;
      if (!tooLarge) fields.push(field);
    }
    return { fields, tooLarge };
  }

  #field(byte: number): HeaderField {
    if (byte >= 0x80) return this.#entry(this.#integer(7));
    const indexed = byte >= 0x40;
    const index = this.#integer(indexed ? 6 : 4);
    const name = index === 0 ? this.#string() : this.#entry(index)[0];
    const field = [name, this.#string()] as const;
    if (indexed) this.#add(field);
    return field;
  }

  #entry(index: number): HeaderField {
    const entry = index <= STATIC_TABLE.length
      ? STATIC_TABLE[index - 1]
      : this.#table[this.#table.length - (index - STATIC_TABLE.length)];
    if (!entry) throw invalid(`there is no entry ${index} in the table`);
    return entry;
  }

  #add(field: HeaderField): void {
    const size = sizeOf(field);
    this.#evict(this.#limit - size);
    // One that is larger than the table empties it, which is not an error (RFC 7541 §4.4).
    if (size > this.#limit) return;
    this.#table.push(field);
    this.#size += size;
  }

  #resize(limit: number): void {
    if (limit > this.#maxSize) throw invalid(`a table of ${limit} bytes is larger than ${this.#maxSize}`);
    this.#limit = limit;
    this.#evict(limit);
  }

  #evict(limit: number): void {
    let count = 0;
    while (this.#size > Math.max(0, limit)) {
      const oldest = this.#table[count];
      if (!oldest) break;
      this.#size -= sizeOf(oldest);
      count++;
    }
    if (count > 0) this.#table.splice(0, count);
  }

  /** Reads an integer with a prefix of some bits (RFC 7541 §5.1). */
  #integer(prefix: number): number {
    const mask = (1 << prefix) - 1;
    let value = this.#byte() & mask;
    if (value < mask) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) << shift;
      if (value > MAX_INTEGER) break;
      if (byte < 0x80) return value;
    }
    throw invalid("an integer is too large");
  }

  #byte(): number {
    if (this.#at >= this.#bytes.length) throw invalid("it ends too early");
    return this.#bytes[this.#at++];
  }

  #string(): string {
    const huffman = (this.#bytes[this.#at] ?? 0) >= 0x80;
    const length = this.#integer(7);
    const start = this.#at;
    if (length > this.#bytes.length - start) throw invalid("it ends too early");
    this.#at += length;
    const bytes = this.#bytes.subarray(start, this.#at);
    return huffman ? decodeHuffman(bytes) : decodeOctets(bytes);
  }
}

function sizeOf([name, value]: HeaderField): number {
  return name.length + value.length + FIELD_OVERHEAD;
}

function invalid(why: string): Http2Error {
  return new Http2Error("COMPRESSION_ERROR", `invalid header block: ${why}`);
}
