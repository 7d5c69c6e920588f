import { createOwnFile } from "./own_file.ts";

/**
 * Opens an output file that the user named, to append to it. It is created if it is missing; otherwise it is
 * opened as it is: a symbolic link is followed, and a device or a pipe is written to.
 *
 * Requires read and write permission for the path.
 *
 * @throws {Deno.errors.NotFound} When its folder is missing.
 */
export function openForAppending(path: string): Deno.FsFile {
  try {
    return createOwnFile(path, { append: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    // A link to a missing file is not followed to create one.
    return Deno.openSync(path, { append: true });
  }
}
