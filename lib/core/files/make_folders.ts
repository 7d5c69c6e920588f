import { dirname } from "../../deps/std/path.ts";

/**
 * Makes a folder, and those above it, where they are missing. Returns the folders that have got new names by that, which
 * are to be flushed before a file below is reported as stored.
 *
 * Needs write permission for the folder.
 *
 * @throws {Deno.errors.AlreadyExists} When something that is no folder is in the way.
 */
export function makeFolders(path: string): string[] {
  const parents: string[] = [];
  for (let at = path; !isThere(at); at = dirname(at)) parents.push(dirname(at));
  Deno.mkdirSync(path, { recursive: true });
  return parents;
}

/** Whether something has this name, as far as that may be looked at. */
function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound) || dirname(path) === path;
  }
}
