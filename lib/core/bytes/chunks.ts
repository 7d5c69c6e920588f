import { raceSignal } from "../time/deadline.ts";

/** Gives bytes piece by piece. A piece is the reader's until it asks for the next one. */
export interface ChunkSource {
  /** The next piece; null at the end, and ever after. */
  next(): Promise<Uint8Array | null>;
}

/** Takes bytes piece by piece. A piece may be used again when the promise has resolved. */
export interface ChunkSink {
  /** Takes all of the piece. */
  write(chunk: Uint8Array): Promise<void> | void;
  /** Says that there will be no more. */
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
 * A source that several readers use one after the other. Who stops waiting loses nothing: the piece that was on its
 * way is the next reader's.
 */
export class SharedSource {
  readonly #source: ChunkSource;
  #pending?: Promise<Uint8Array | null>;
  #ended = false;

  /** Shares a source. */
  constructor(source: ChunkSource) {
    this.#source = source;
  }

  /** The next piece, or null at the end; rejects with the signal's reason when that fires first. */
  async next(signal?: AbortSignal): Promise<Uint8Array | null> {
    if (this.#ended) return null;
    this.#pending ??= this.#source.next();
    const chunk = await raceSignal(this.#pending, signal);
    this.#pending = undefined;
    this.#ended = chunk === null;
    return chunk;
  }
}
