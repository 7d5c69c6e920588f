import type { ChunkSink } from "../../core/bytes/chunks.ts";
import { writeAll, writeAllSync } from "../../core/bytes/writer.ts";
import { fstatSync } from "../../deps/node/fd.ts";
import { outputError } from "./output.ts";

/** What a standard stream is connected to, as far as it matters for reading and writing it. */
export type StreamKind = "file" | "pipe" | "other";

/** Returns what a standard stream is connected to. */
export function kindOf(descriptor: 0 | 1 | 2): StreamKind {
  try {
    const stat = fstatSync(descriptor);
    if (stat.isFile()) return "file";
    return stat.isFIFO() ? "pipe" : "other";
  } catch {
    return "other";
  }
}

/**
 * Stdout as a place for bytes. A regular file takes them at once and is written by blocking calls; a pipe may have a
 * slow reader, who must not hold up what else goes on. Its end shows when the process ends: the runtime keeps the
 * descriptor open for as long as it lives.
 */
export function stdoutChunks(): ChunkSink {
  return standardChunks(Deno.stdout, 1);
}

/** The same for stderr. */
export function stderrChunks(): ChunkSink {
  return standardChunks(Deno.stderr, 2);
}

function standardChunks(stream: typeof Deno.stdout, descriptor: 1 | 2): ChunkSink {
  const blocking = kindOf(descriptor) === "file" || isNull(stream, descriptor);
  const failed = (error: unknown) => outputError(error, descriptor === 1 ? "stdout" : "stderr");
  return {
    write(chunk) {
      if (!blocking) return writeAll(stream, chunk).catch((error) => Promise.reject(failed(error)));
      try {
        writeAllSync(stream, chunk);
      } catch (error) {
        throw failed(error);
      }
    },
    end() {},
  };
}

/** Whether a stream is the null device: a character device that is no terminal. */
function isNull(stream: typeof Deno.stdout, descriptor: 1 | 2): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && !stream.isTerminal();
  } catch {
    return false;
  }
}
