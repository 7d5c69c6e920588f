import type { ChunkSink } from "../core/chunks.ts";

/**
 * A sink that waits for its reader no longer than `patience` milliseconds: from then on what comes is thrown away, until
 * the reader has taken what it was given. `told` is called each time that begins.
 */
export function impatientSink(sink: ChunkSink, patience: number, told: () => void): ChunkSink {
  let behind = false;
  return {
    async write(chunk) {
      if (behind) return;
      // It may still be on its way when the caller uses the piece again.
      const written = Promise.resolve(sink.write(chunk.slice()));
      const { promise, resolve } = Promise.withResolvers<"late">();
      const timer = setTimeout(() => resolve("late"), patience);
      const late = await Promise.race([written, promise]).finally(() => clearTimeout(timer)) === "late";
      if (!late || behind) return;
      behind = true;
      // Who fails after that fails at the next write.
      written.catch(() => {}).finally(() => behind = false);
      told();
    },
    end: () => sink.end(),
  };
}
