import { raceSignal } from "../deadline.ts";
import { SystemError } from "../errors.ts";
import { createOwnFile } from "./own_file.ts";

/**
 * Opens a file that the user named as an output, to append to it. It is created when it is missing; otherwise it is
 * opened as it is: a link leads where the user has it lead, and a device or a pipe is written to.
 *
 * Needs read and write permission for the path.
 *
 * @throws {Deno.errors.NotFound} When its folder is missing.
 */
export function openForAppending(path: string): Deno.FsFile {
  try {
    return createOwnFile(path, { append: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    // A link whose target is missing is not one to create files through.
    return Deno.openSync(path, { append: true });
  }
}

/** Whether opening a pipe stops all else in the process, signals too, until it has a reader. */
const OPENING_BLOCKS = /^2\.[0-7]\./.test(Deno.version.deno);

/**
 * Opens what the user named as an output when that is a device or a pipe, which is written to as it is; undefined for
 * everything else, also behind a link. The signal ends the wait for the reader of a pipe.
 *
 * Needs read and write permission for the path.
 *
 * @throws {SystemError} `not-a-file` for a pipe where the runtime cannot be interrupted while it opens one.
 */
export async function openSpecial(path: string, signal?: AbortSignal): Promise<Deno.FsFile | undefined> {
  const there = await Deno.stat(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (!there?.isCharDevice && !there?.isFifo) return undefined;
  if (there.isFifo && OPENING_BLOCKS) {
    throw new SystemError(`cannot write ${path}: a pipe as an output requires Deno 2.8 or later`, {
      code: "not-a-file",
      operation: "write",
      hint: "write to stdout, and redirect that",
    });
  }
  // Opening a pipe waits for its reader.
  return await raceSignal(Deno.open(path, { write: true }), signal);
}
