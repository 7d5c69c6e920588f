import { renameFile } from "../system/rename.ts";

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
 * Renames a complete file to a path that must be free; returns false when it is not. A hard link, unlike a rename, never replaces another
 * file; where the file system has no hard links, a rename is used.
 *
 * Requires read and write permission for both paths.
 */
export function renameToFree(from: string, to: string): boolean {
  try {
    Deno.linkSync(from, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists || !isFree(to)) return false;
    renameFile(from, to);
    return true;
  }
  try {
    Deno.removeSync(from);
  } catch {
    // The file has its name; a second one does no harm.
  }
  return true;
}
