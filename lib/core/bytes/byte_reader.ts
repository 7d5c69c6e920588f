import { NetworkError } from "../errors/errors.ts";
import { concat } from "../../deps/std/bytes.ts";

/** Source of bytes: a connection, a file. */
export interface ByteSource {
  /** Reads some bytes into `into` and returns their number; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
}

/**
 * Reads messages from a peer with a limit on each: an exact number of bytes, or up to a line end. The end of the stream
 * between two messages is `null`; within one it is an error.
 */
export class ByteReader {
  readonly #source: ByteSource;
  readonly #peer: string;
  #buffer = new Uint8Array(512);
  #start = 0;
  #end = 0;
  /** Number of the first bytes that contain no line end. */
  #searched = 0;

  /** Reads from `source`; `peer` is named in errors. */
  constructor(source: ByteSource, peer: string) {
    this.#source = source;
    this.#peer = peer;
  }

  /** Reads exactly `size` bytes, or null when the stream ends before the first of them. */
  async readExactly(size: number): Promise<Uint8Array<ArrayBuffer> | null> {
    while (this.#end - this.#start < size) {
      if (!await this.#fill(size)) return this.#atEnd();
    }
    return this.#take(size);
  }

  /**
   * Reads a line that ends with LF, without its line end (LF or CRLF), of at most `limit` bytes; null when the stream
   * ends before the first byte.
   */
  async readLine(limit: number): Promise<Uint8Array<ArrayBuffer> | null> {
    while (true) {
      const line = this.takeLine(limit);
      if (line) return line;
      if (!await this.#fill(Math.min(2 * this.held + 1, limit + 2))) return this.#atEnd();
    }
  }

  /** Returns a line as {@link readLine} does, if all of it was read from the source already. */
  takeLine(limit: number): Uint8Array<ArrayBuffer> | undefined {
    const searched = this.#start + this.#searched;
    const lf = this.#buffer.subarray(0, this.#end).indexOf(10, searched);
    const length = (lf < 0 ? this.#end : lf) - this.#start;
    // The CR of a line end does not count.
    const cr = length > 0 && this.#buffer[this.#start + length - 1] === 13 ? 1 : 0;
    if (length - cr > limit) {
      throw new NetworkError(`${this.#peer} sent a line of more than ${limit} bytes`, {
        code: "line-too-long",
        peer: this.#peer,
      });
    }
    if (lf < 0) {
      this.#searched = length;
      return undefined;
    }
    const line = this.#buffer.slice(this.#start, lf - cr);
    this.#start = lf + 1;
    this.#searched = 0;
    return line;
  }

  /** Returns all bytes up to the end, at most `limit`. */
  async readUpTo(limit: number): Promise<Uint8Array<ArrayBuffer>> {
    for (let held = this.#end - this.#start; held < limit; held = this.#end - this.#start) {
      // The buffer grows when it is full: else each read of a part would copy all that was read before.
      const wanted = this.#end < this.#buffer.length ? held + 1 : 2 * held + 1;
      if (!await this.#fill(Math.min(limit, wanted))) break;
    }
    return this.take(limit);
  }

  /** Returns bytes that were read already, at most `limit`. */
  take(limit: number): Uint8Array<ArrayBuffer> {
    return this.#take(Math.min(limit, this.#end - this.#start));
  }

  /** Number of bytes that were read from the source but not consumed yet. */
  get held(): number {
    return this.#end - this.#start;
  }

  /** Returns the bytes that were read from the source but not consumed yet. */
  rest(): Uint8Array<ArrayBuffer> {
    return this.#take(this.#end - this.#start);
  }

  async #fill(wanted: number): Promise<boolean> {
    const held = this.#end - this.#start;
    const size = Math.max(wanted, 512);
    if (this.#buffer.length - this.#start < size) {
      const roomy = size > this.#buffer.length ? new Uint8Array(size) : this.#buffer;
      roomy.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = roomy;
      this.#start = 0;
      this.#end = held;
    }
    const count = await this.#source.read(this.#buffer.subarray(this.#end));
    if (count === null) return false;
    this.#end += count;
    return true;
  }

  #atEnd(): null {
    if (this.#end === this.#start) return null;
    throw new NetworkError(`${this.#peer} closed in the middle of a message`, {
      code: "connection-cut",
      peer: this.#peer,
    });
  }

  #take(size: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#buffer.slice(this.#start, this.#start + size);
    this.#start += size;
    this.#searched = 0;
    return bytes;
  }
}

/** Joins all chunks of a stream, at most `limit` bytes; more is an error. */
export async function readAll(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.length;
    if (size > limit) throw new NetworkError(`more than ${limit} bytes`, { code: "too-large", operation: "read" });
    pieces.push(piece);
  }
  return concat(pieces);
}
