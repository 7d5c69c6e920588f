import { type ChunkSink, writeInChunks } from "../../core/bytes/chunks.ts";
import { IdleTimer } from "../../core/time/idle.ts";

/** Bytes of one write: PIPE_BUF, which a pipe takes whole. */
const CHUNK_BYTES = 4096;

/**
 * A sink that waits for its reader no longer than `patience` milliseconds in which nothing is taken: from then on what comes is
 * dropped, until the reader has taken what it was given. `told` is called each time that begins.
 */
export function impatientSink(sink: ChunkSink, patience: number, told: () => void): ChunkSink {
  let behind = false;
  return {
    async write(chunk) {
      if (behind) return;
      // It may still be on its way when the caller uses the piece again.
      const { promise, resolve } = Promise.withResolvers<"late">();
      using timer = new IdleTimer(patience, () => resolve("late"));
      const written = writeInChunks(sink, chunk.slice(), CHUNK_BYTES, () => timer.touch());
      const late = await Promise.race([written, promise]) === "late";
      if (!late || behind) return;
      behind = true;
      // Who fails after that fails at the next write.
      written.catch(() => {}).finally(() => behind = false);
      told();
    },
    end: () => sink.end(),
  };
}
