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
