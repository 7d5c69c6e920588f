import type { ChunkSource } from "../../core/bytes/chunks.ts";
import { fromSystem } from "../../core/errors/system_error.ts";
import { untilInterrupted } from "../interrupt.ts";
import type { Output } from "./output.ts";
import { kindOf } from "./stdio.ts";
import { workerSource } from "./stdin_worker.ts";

/** Bytes read at once. Large writes to a socket take less system time: from a file, 1 MiB is a third faster than 256 KiB. */
const CHUNK_SIZE = 1 << 20;
/** Bytes that a pipe has to carry before a worker is worth its start. */
const WORKER_THRESHOLD = 1 << 20;
/** Milliseconds of reads that never waited, after which the event loop gets a turn: timers and signals need it. */
const TURN_EVERY_MS = 20;

/**
 * Reads some bytes of stdin, and returns their number, or null at the end. The system call cannot be cancelled: when the
 * process is interrupted the read is given up, and the call throws the `Interruption`. All reading of stdin comes
 * through here, so that no tool waits for input after Ctrl-C or SIGTERM.
 *
 * @throws {SystemError} When stdin cannot be read, such as `is-a-directory`.
 */
export async function readStdin(buffer: Uint8Array): Promise<number | null> {
  try {
    return await untilInterrupted(Deno.stdin.read(buffer));
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: "stdin" });
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
  const read = async (): Promise<Uint8Array | null> => {
    if (!worker && kind === "pipe" && total >= WORKER_THRESHOLD) worker = workerSource();
    if (worker) return await untilInterrupted(worker.next());
    if (total >= buffer.length && buffer.length < CHUNK_SIZE) buffer = new Uint8Array(CHUNK_SIZE);
    const count = kind === "file" ? readFile(buffer) : await readStdin(buffer);
    return count === null ? null : buffer.subarray(0, count);
  };
  let turned = performance.now();
  return {
    async next() {
      if (performance.now() - turned > TURN_EVERY_MS) {
        await untilInterrupted(new Promise((resolve) => setTimeout(resolve, 0)));
        turned = performance.now();
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

/** The bytes of stdin as pieces that the reader may keep. */
export async function* stdinPieces(): AsyncGenerator<Uint8Array> {
  const source = stdinChunks();
  for (let chunk = await source.next(); chunk; chunk = await source.next()) yield chunk.slice();
}

/** Tells the person at a terminal that stdin is read now, for what, and how to end it; silent where stdin is no terminal. */
export function announceStdin(output: Output, what: string): void {
  if (!Deno.stdin.isTerminal()) return;
  const end = Deno.build.os === "windows" ? "Ctrl-Z and Enter" : "Ctrl-D";
  output.note(`reading ${what} from the terminal; end with ${end} on an empty line`);
}

/** Bytes of a file on stdin that are read at most. */
const MAX_FILE_BYTES = 16 << 20;

/** Returns the text of a regular file that is stdin, read when this is called; undefined where stdin is something else. */
export function stdinFileText(): string | undefined {
  if (kindOf(0) !== "file") return undefined;
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
    // A file that cannot be read tells nothing.
  }
  return undefined;
}
