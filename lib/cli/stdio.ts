import type { ChunkSink, ChunkSource } from "../core/chunks.ts";
import { fromSystem } from "../core/system_error.ts";
import { writeAll, writeAllSync } from "../core/writer.ts";
import { fstatSync } from "../deps/fd.ts";
import { outputError } from "./output.ts";
import { workerSource } from "./stdin_worker.ts";

/** What is read at once. Large writes to a socket take less of the system's time: from a file, 1 MiB is a third faster than 256 KiB. */
const PIECE = 1 << 20;
/** What a pipe has to give before a worker is worth its start. */
const WORTH_A_WORKER = 1 << 20;

/** What a standard stream is connected to, as far as it matters for reading and writing it. */
type Kind = "file" | "pipe" | "other";

function kindOf(descriptor: 0 | 1 | 2): Kind {
  try {
    const stat = fstatSync(descriptor);
    if (stat.isFile()) return "file";
    return stat.isFIFO() ? "pipe" : "other";
  } catch {
    return "other";
  }
}

/**
 * The bytes of stdin. Blocking reads are up to twice as fast as others, but hold everything else up while they wait: a
 * regular file never waits and is read that way; a pipe that gives much is read so by a worker.
 */
export function stdinChunks(): ChunkSource {
  const kind = kindOf(0);
  let buffer = new Uint8Array(16 * 1024);
  let total = 0;
  let worker: ChunkSource | undefined;
  return {
    async next() {
      if (worker) return await worker.next();
      if (kind === "pipe" && total >= WORTH_A_WORKER) return await (worker = workerSource()).next();
      if (total >= buffer.length && buffer.length < PIECE) buffer = new Uint8Array(PIECE);
      try {
        const count = kind === "file" ? Deno.stdin.readSync(buffer) : await Deno.stdin.read(buffer);
        if (count === null) return null;
        total += count;
        return buffer.subarray(0, count);
      } catch (error) {
        throw fromSystem(error, { doing: "read", what: "stdin" });
      }
    },
  };
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
