import { fileExists, removeQuietly } from "../write/open_part.ts";

/** Whether nothing has this path. */
export function isFree(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

/**
 * Renames a finished file to a path that must be free. A link, other than a rename, never takes the place of another file;
 * not every file system has links.
 *
 * @throws {SystemError} `file-exists`.
 */
export function renameNew(from: string, to: string): void {
  try {
    Deno.linkSync(from, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists || !isFree(to)) throw fileExists(to);
    return Deno.renameSync(from, to);
  }
  removeQuietly(from);
}
