import type { ChunkSink } from "../../core/bytes/chunks.ts";
import { writeAll, writeAllSync } from "../../core/bytes/writer.ts";
import { isWindows, type Os } from "../../core/system/os.ts";
import { fstatSync } from "../../deps/node/fd.ts";
import { outputError } from "./output.ts";

/** Kind of file that a standard stream is connected to. */
export type StreamKind = "file" | "pipe" | "other";

/**
 * Returns the kind of file that a standard stream is connected to. "other" on Windows, where the metadata of a pipe is that of a
 * file: blocking calls on it would stop the process.
 */
export function streamKind(descriptor: 0 | 1 | 2, os?: Os): StreamKind {
  if (isWindows(os)) return "other";
  try {
    const stat = fstatSync(descriptor);
    if (stat.isFile()) return "file";
    return stat.isFIFO() ? "pipe" : "other";
  } catch {
    return "other";
  }
}

/**
 * Returns stdout as a sink for bytes. A regular file is written by blocking calls; a pipe is not, because a slow reader
 * must not block the process. `end` does not close stdout: the runtime keeps it open until the process exits.
 */
export function stdoutChunks(): ChunkSink {
  return standardChunks(Deno.stdout, 1);
}

/** Returns stderr as a sink for bytes, as {@link stdoutChunks} does stdout. */
export function stderrChunks(): ChunkSink {
  return standardChunks(Deno.stderr, 2);
}

function standardChunks(stream: typeof Deno.stdout, descriptor: 1 | 2): ChunkSink {
  const blocking = streamKind(descriptor) === "file" || isNull(stream, descriptor);
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

/** Returns whether a stream is the null device: a character device other than a terminal. */
function isNull(stream: typeof Deno.stdout, descriptor: 1 | 2): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && !stream.isTerminal();
  } catch {
    return false;
  }
}
