import { type ChunkSink, writeInChunks } from "../../core/bytes/chunks.ts";
import { IdleTimer } from "../../core/time/idle.ts";

/** Bytes of one write: a pipe reports progress only when it has accepted all bytes of a write. */
const WRITE_BYTES = 4096;

/**
 * Returns a sink that drops data while its reader is stalled: when the reader accepts nothing for `stallTimeoutMs`
 * milliseconds, chunks are dropped until it has accepted the pending write.
 *
 * @param onStall Called each time the reader stalls.
 */
export function droppingSink(sink: ChunkSink, stallTimeoutMs: number, onStall: () => void): ChunkSink {
  let stalled = false;
  return {
    async write(chunk) {
      if (stalled) return;
      // Copied, since the caller may reuse the buffer while a write is pending.
      const { promise, resolve } = Promise.withResolvers<"timeout">();
      using timer = new IdleTimer(stallTimeoutMs, () => resolve("timeout"));
      const written = writeInChunks(sink, chunk.slice(), WRITE_BYTES, () => timer.touch());
      const timedOut = await Promise.race([written, promise]) === "timeout";
      if (!timedOut || stalled) return;
      stalled = true;
      // A failure after this point is reported by the next write.
      written.catch(() => {}).finally(() => stalled = false);
      onStall();
    },
    end: () => sink.end(),
  };
}
