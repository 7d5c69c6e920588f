import { createOwnFile, othersMay, SystemError, writeAllSync } from "../../core/mod.ts";

/** Suffixes of the files that SQLite creates next to a database, and opens even if another user has created them. */
const SQLITE_SUFFIXES = ["-wal", "-shm", "-journal"];
/** Suffix of the copy that is made before a file of version 1 is migrated. */
const BACKUP_SUFFIX = "-v1";
/** Bytes that are copied at once. */
const COPY_BYTES = 1 << 20;

/**
 * Returns the paths of a history file: its own, and those of SQLite's files and of the copy of an older version next to
 * it, or next to its target where it is a symlink.
 *
 * Needs read permission for the path.
 */
export function pathsOfHistory(path: string): [path: string, ...beside: string[]] {
  return [path, ...[...SQLITE_SUFFIXES, BACKUP_SUFFIX].map((ending) => target(path) + ending)];
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

/**
 * Copies a history file of version 1, which no connection has open; an earlier copy is replaced.
 *
 * @throws {SystemError} `history-busy` when another program has the file open.
 */
export function backUp(path: string): void {
  const own = target(path);
  if ((statFile(`${own}-wal`)?.size ?? 0) > 0) {
    throw new SystemError(`cannot migrate the history file ${path}: another program has it open`, {
      code: "history-busy",
      operation: "history",
    });
  }
  const backup = own + BACKUP_SUFFIX;
  // A copy that is already there is from an attempt that failed: the file still has version 1.
  if (statFile(backup)) Deno.removeSync(backup);
  using copy = createOwnFile(backup, { mode: 0o600 });
  using file = Deno.openSync(own, { read: true });
  const buffer = new Uint8Array(COPY_BYTES);
  for (let count = file.readSync(buffer); count !== null; count = file.readSync(buffer)) {
    writeAllSync(copy, buffer.subarray(0, count));
  }
  copy.syncSync();
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
