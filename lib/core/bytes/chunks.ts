import { raceSignal } from "../time/deadline.ts";

/** Source of bytes in chunks. A chunk belongs to the reader until it asks for the next one. */
export interface ChunkSource {
  /** Returns the next chunk; null at the end, and ever after. */
  next(): Promise<Uint8Array | null>;
}

/** Sink of bytes in chunks. A chunk may be reused when the promise has resolved. */
export interface ChunkSink {
  /** Writes all of the chunk. */
  write(chunk: Uint8Array): Promise<void> | void;
  /** Ends the sink. */
  end(): Promise<void> | void;
}

/**
 * Writes bytes to a sink in chunks of at most `size` bytes. A write to a pipe resolves only when its reader has taken all of it: in chunks a slow
 * reader can be told from one that has stopped. `written` is called after each chunk.
 */
export async function writeInChunks(
  sink: Pick<ChunkSink, "write">,
  bytes: Uint8Array,
  size: number,
  written: () => void,
): Promise<void> {
  for (let at = 0; at < bytes.length; at += size) {
    await sink.write(bytes.subarray(at, at + size));
    written();
  }
}

/**
 * Source that several readers use one after the other. A reader that stops waiting loses nothing: the chunk that was
 * being read goes to the next reader.
 *
 * @example Read a source by several readers
 * ```ts
 * import { SharedSource } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const source = new SharedSource({ next: () => Promise.resolve(null) });
 * assertEquals(await source.next(), null);
 * ```
 */
export class SharedSource {
  readonly #source: ChunkSource;
  #pending?: Promise<Uint8Array | null>;
  #ended = false;

  /** Shares a source. */
  constructor(source: ChunkSource) {
    this.#source = source;
  }

  /** Returns the next chunk, or null at the end; rejects with the signal's reason when that fires first. */
  async next(signal?: AbortSignal): Promise<Uint8Array | null> {
    if (this.#ended) return null;
    this.#pending ??= this.#source.next();
    const chunk = await raceSignal(this.#pending, signal);
    this.#pending = undefined;
    this.#ended = chunk === null;
    return chunk;
  }
}
