import type { ChunkSource } from "../../core/bytes/chunks.ts";
import { fromSystem } from "../../core/errors/system_error.ts";
import { isWindows } from "../../core/system/os.ts";
import { untilInterrupted } from "../interrupt.ts";
import type { Output } from "./output.ts";
import { streamKind } from "./stdio.ts";
import { stdinWorkerSource } from "./stdin_worker.ts";

/** Bytes per read. Large writes to a socket take less system time: from a file, 1 MiB is a third faster than 256 KiB. */
const CHUNK_BYTES = 1 << 20;
/** Bytes read from a pipe before a worker is started: its start takes longer than it saves on less. */
const WORKER_THRESHOLD_BYTES = 1 << 20;
/** Milliseconds of blocking reads after which the event loop runs, for timers and signals. */
const YIELD_INTERVAL_MS = 20;

/**
 * Reads some bytes of stdin. All reading of stdin uses this function or {@link stdinChunks}, so that no tool waits for
 * input after Ctrl-C or SIGTERM.
 *
 * @returns The number of bytes, or null at the end.
 * @throws {Interruption} If the process is interrupted. The pending system call cannot be cancelled, and is abandoned.
 * @throws {SystemError} If stdin cannot be read, such as `is-a-directory`.
 */
export async function readStdin(buffer: Uint8Array): Promise<number | null> {
  try {
    return await untilInterrupted(Deno.stdin.read(buffer));
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: "stdin" });
  }
}

/**
 * Returns the bytes of stdin; a chunk is valid until the next read. Blocking reads are up to twice as fast as others, but
 * block the event loop: they are used for regular files, which never wait, and in a worker for pipes with much data.
 */
export function stdinChunks(): ChunkSource {
  const kind = streamKind(0);
  let buffer = new Uint8Array(16 * 1024);
  let total = 0;
  let worker: ChunkSource | undefined;
  const read = async (): Promise<Uint8Array | null> => {
    if (!worker && kind === "pipe" && total >= WORKER_THRESHOLD_BYTES) worker = stdinWorkerSource();
    if (worker) return await untilInterrupted(worker.next());
    if (total >= buffer.length && buffer.length < CHUNK_BYTES) buffer = new Uint8Array(CHUNK_BYTES);
    const count = kind === "file" ? readFile(buffer) : await readStdin(buffer);
    return count === null ? null : buffer.subarray(0, count);
  };
  let lastYield = performance.now();
  return {
    async next() {
      if (performance.now() - lastYield > YIELD_INTERVAL_MS) {
        await untilInterrupted(new Promise((resolve) => setTimeout(resolve, 0)));
        lastYield = performance.now();
      }
      const chunk = await read();
      total += chunk?.length ?? 0;
      return chunk;
    },
  };
}

function readFile(buffer: Uint8Array): number | null {
  try {
    return Deno.stdin.readSync(buffer);
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: "stdin" });
  }
}

/** Returns the bytes of stdin as chunks that the caller may keep. */
export async function* copiedStdinChunks(): AsyncGenerator<Uint8Array> {
  const source = stdinChunks();
  for (let chunk = await source.next(); chunk; chunk = await source.next()) yield chunk.slice();
}

/** Prints to stderr that stdin is read, for what, and how to end it, if stdin is a terminal. */
export function announceStdin(output: Output, what: string): void {
  if (!Deno.stdin.isTerminal()) return;
  const end = isWindows() ? "Ctrl-Z and Enter" : "Ctrl-D";
  output.note(`reading ${what} from the terminal; end with ${end} on an empty line`);
}

/** Maximum number of bytes that {@link stdinFileText} reads. */
const MAX_FILE_BYTES = 16 << 20;

/** Reads the rest of stdin as text if it is a regular file that is not too large; returns undefined otherwise. */
export function stdinFileText(): string | undefined {
  if (streamKind(0) !== "file") return undefined;
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let text = "";
  try {
    for (let size = 0; size < MAX_FILE_BYTES;) {
      const count = readFile(buffer);
      if (count === null) return text;
      text += decoder.decode(buffer.subarray(0, count), { stream: true });
      size += count;
    }
  } catch {
    // A file that cannot be read is treated as absent.
  }
  return undefined;
}
