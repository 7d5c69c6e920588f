import { type ByteSource, NetworkError } from "../core/mod.ts";
import { ChunkedDecoder } from "./codec/chunked.ts";
import type { Fields } from "./codec/fields/fields.ts";
import type { Framing } from "./codec/head.ts";
import type { HttpLimits } from "./codec/limits.ts";
import type { Input } from "./input.ts";

/** Source of a body. */
export interface BodyOrigin {
  /** Bytes that were received already. */
  readonly input: Input;
  /** Where more comes from. */
  readonly source: ByteSource;
  /** Name of the peer, for errors. */
  readonly peer: string;
  /** Kind of the message: the body of a request is read strictly. */
  readonly kind: "request" | "response";
  /** Limits on what stands between chunks. */
  readonly limits: HttpLimits;
}

/** Room for what comes between chunks, and for chunks that are small. */
const CHUNK_ROOM = 64 * 1024;

/** Reads a body to the end that its framing says, and not a byte further. */
export class BodyReader implements ByteSource {
  /** Bytes given so far. */
  received = 0;
  /** Whether the end was reached. */
  ended: boolean;
  /** Total size in bytes, if the head has it. */
  readonly length?: number;
  readonly #origin: BodyOrigin;
  readonly #chunks?: ChunkedDecoder;
  #rest: number;

  /** Begins right behind the head. */
  constructor(framing: Framing, origin: BodyOrigin) {
    this.#origin = origin;
    this.ended = framing.kind === "none";
    this.length = framing.kind === "length" ? framing.length : this.ended ? 0 : undefined;
    this.#rest = this.length ?? Infinity;
    if (framing.kind === "chunked") this.#chunks = new ChunkedDecoder(origin.limits, origin.kind);
  }

  /** The trailers, once the end was reached. */
  get trailers(): Fields | undefined {
    return this.#chunks?.trailers;
  }

  /** Reads some bytes; null at the end. */
  async read(into: Uint8Array): Promise<number | null> {
    if (this.ended) return null;
    if (into.length === 0) return 0;
    if (this.#chunks) return await this.#readChunks(this.#chunks, into);
    const count = await this.#readData(into, this.#rest);
    if (count === null) {
      if (this.#rest !== Infinity) throw this.#cut();
      this.ended = true;
      return null;
    }
    this.#rest -= count;
    this.received += count;
    if (this.#rest === 0) this.ended = true;
    return count;
  }

  #readData(into: Uint8Array, most: number): number | null | Promise<number | null> {
    const { input, source } = this.#origin;
    const room = into.length > most ? into.subarray(0, most) : into;
    return input.held > 0 ? input.take(room) : source.read(room);
  }

  async #readChunks(chunks: ChunkedDecoder, into: Uint8Array): Promise<number | null> {
    const { input } = this.#origin;
    let count = 0;
    while (true) {
      input.start = chunks.feed(input.bytes, input.start, input.end);
      if (chunks.done) {
        this.ended = true;
        return count > 0 ? count : null;
      }
      const { remaining } = chunks;
      if (count === into.length || (count > 0 && input.held === 0)) return count;
      // A chunk that is large goes straight to where it is wanted; small ones come together through the buffer.
      const direct = remaining >= CHUNK_ROOM && into.length >= CHUNK_ROOM;
      if (input.held === 0 && !direct) {
        if (!await input.fill(CHUNK_ROOM)) throw this.#cut();
        continue;
      }
      const got = await this.#readData(count > 0 ? into.subarray(count) : into, remaining);
      if (got === null) throw this.#cut();
      chunks.took(got);
      this.received += got;
      count += got;
    }
  }

  #cut(): NetworkError {
    const { peer } = this.#origin;
    const rest = this.#rest === Infinity ? "" : `, ${this.#rest} bytes before its end`;
    return new NetworkError(`${peer} closed the connection in the middle of a body${rest}`, {
      code: "body-cut",
      operation: "read",
      peer,
    });
  }
}

/** The pieces of a body, each the reader's own. */
export async function* pieces(source: ByteSource): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let size = 16 * 1024;
  while (true) {
    const piece = new Uint8Array(size);
    const count = await source.read(piece);
    if (count === null) return;
    if (count === size) size = 256 * 1024;
    yield piece.subarray(0, count);
  }
}
