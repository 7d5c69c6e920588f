import { createOwnFile, SystemError } from "../../core/mod.ts";

/** What SQLite creates beside a file, and opens through whatever lies there. */
const SQLITE_SUFFIXES = ["-wal", "-shm", "-journal"];

/**
 * The paths that a history in a file uses: its own, and those of SQLite's files beside it, or where it is a link, beside
 * what that leads to.
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
    // It does not exist yet, or opening it will say what is wrong.
    return path;
  }
}

/**
 * Makes sure that opening a history opens files of ours only: creates it, for nobody else to read, when it is missing,
 * and refuses what was planted beside it.
 *
 * @throws {SystemError} `not-a-file`, `not-owner`.
 */
export function prepareDatabase(path: string): void {
  // SQLite's name for a database in memory.
  if (path === ":memory:") return;
  const [, ...beside] = pathsOfHistory(path);
  const owner = ownerOf(path);
  for (const file of beside) {
    const there = look(file);
    if (!there) continue;
    if (!there.isFile || (there.nlink ?? 1) > 1) {
      throw new SystemError(`${file} is not a regular file`, { code: "not-a-file", operation: "history" });
    }
    if (there.uid === owner) continue;
    throw new SystemError(`${file} and ${path} belong to different users`, { code: "not-owner", operation: "history" });
  }
}

/** The owner of the file, which is created when it is missing. */
function ownerOf(path: string): number | null {
  try {
    using file = createOwnFile(path, { mode: 0o600 });
    return file.statSync().uid;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const { isFile, uid, mode } = Deno.statSync(path);
    if (isFile) {
      // It has the keys of channels.
      if (mode !== null && (mode & 0o077) !== 0) closeToOthers(path);
      return uid;
    }
    throw new SystemError(`${path} is not a regular file`, { code: "not-a-file", operation: "history" });
  }
}

/** Takes from others the permission to read a file that was created without us; where it is another user's, it stays as it is. */
function closeToOthers(path: string): void {
  try {
    Deno.chmodSync(path, 0o600);
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
  }
}

/** What lies at a path; nothing where the grant does not reach: then it is not ours to open either. */
function look(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}
