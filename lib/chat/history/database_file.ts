import { createOwnFile, othersMay, SystemError } from "../../core/mod.ts";

/** Suffixes of the files that SQLite creates next to a database, and opens even if another user has created them. */
const SQLITE_SUFFIXES = ["-wal", "-shm", "-journal"];

/**
 * Returns the paths of a history file: its own, and those of SQLite's files next to it, or next to its target where it
 * is a symlink.
 *
 * Needs read permission for the path.
 */
export function pathsOfHistory(path: string): [path: string, ...beside: string[]] {
  return [path, ...SQLITE_SUFFIXES.map((ending) => target(path) + ending)];
}

function target(path: string): string {
  try {
    return Deno.lstatSync(path).isSymlink ? Deno.realPathSync(path) : path;
  } catch {
    // It does not exist yet, or opening it reports the error.
    return path;
  }
}

/**
 * Checks the files that opening a history will open: creates a missing file with mode 0600, and rejects files of other
 * users next to it.
 *
 * @throws {SystemError} `not-a-file`, `not-owner`.
 */
export function prepareDatabase(path: string): void {
  // SQLite's name for a database in memory.
  if (path === ":memory:") return;
  const [, ...beside] = pathsOfHistory(path);
  const owner = ownerOf(path);
  for (const file of beside) {
    const there = statFile(file);
    if (!there) continue;
    if (!there.isFile || (there.nlink ?? 1) > 1) {
      throw new SystemError(`${file} is not a regular file`, { code: "not-a-file", operation: "history" });
    }
    if (there.uid === owner) continue;
    throw new SystemError(`${file} and ${path} belong to different users`, { code: "not-owner", operation: "history" });
  }
}

/** Returns the owner of the file, which is created when it is missing. */
function ownerOf(path: string): number | null {
  try {
    using file = createOwnFile(path, { mode: 0o600 });
    return file.statSync().uid;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const stat = Deno.statSync(path);
    if (stat.isFile) {
      // It contains channel keys.
      if (othersMay(stat, 0o077)) closeToOthers(path);
      return stat.uid;
    }
    throw new SystemError(`${path} is not a regular file`, { code: "not-a-file", operation: "history" });
  }
}

/** Removes group and world permissions from an existing file; a file of another user is left unchanged. */
function closeToOthers(path: string): void {
  try {
    Deno.chmodSync(path, 0o600);
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
  }
}

/** Returns the file at a path; undefined where it is missing or outside of the permission. */
function statFile(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}
