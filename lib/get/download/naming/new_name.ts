import { renameFile } from "../../../core/mod.ts";
import { fileExists, removeQuietly } from "../write/open_part.ts";

/** Whether no file has this path. */
export function isFree(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

/**
 * Renames a complete file to a path that must be free. A hard link, unlike a rename, never replaces another file; where the
 * file system has no hard links, a rename is used.
 *
 * @throws {SystemError} `file-exists`.
 */
export function renameNew(from: string, to: string): void {
  try {
    Deno.linkSync(from, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists || !isFree(to)) throw fileExists(to);
    return renameFile(from, to);
  }
  removeQuietly(from);
}
