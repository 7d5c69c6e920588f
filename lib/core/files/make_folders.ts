import { dirname } from "../../deps/std/path.ts";

/**
 * Creates a folder and its missing parents. Returns the folders with new entries, which
 * must be flushed before a file below is reported as stored.
 *
 * Requires write permission for the folder.
 *
 * @throws {Deno.errors.AlreadyExists} When a file other than a folder is in the way.
 */
export function makeFolders(path: string): string[] {
  const parents: string[] = [];
  for (let at = path; !isThere(at); at = dirname(at)) parents.push(dirname(at));
  Deno.mkdirSync(path, { recursive: true });
  return parents;
}

/** Whether something has this name, as far as it can be accessed. */
function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound) || dirname(path) === path;
  }
}
