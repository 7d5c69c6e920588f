import { closeSync, fchmodSync, fchownSync, fstatSync, openSync } from "../../deps/node/file_descriptor.ts";
import { SystemError } from "../errors/errors.ts";
import { isWindows } from "../system/os.ts";
import { renameFile } from "../system/rename.ts";
import { writeAllSync } from "../bytes/writer.ts";
import type { OutputPath } from "./output_path.ts";
import { checkName } from "./own_file.ts";

/** Ways in which a file was replaced: by a rename, or by a copy of its bytes. */
export type Replacement = "renamed" | "copied";

/** Finished file of this program, next to the one that it replaces. */
export interface FinishedFile {
  /** Path of the file. */
  readonly path: string;
  /** The same file, open for reading. On Windows, which cannot rename an open file, closed by `release`. */
  readonly file: Deno.FsFile;
  /** Closes it, if the system requires that for a rename. */
  readonly release?: () => void;
}

/** Permission bits of a mode. */
const MODE = 0o7777;
const CHUNK_SIZE = 1 << 20;

/**
 * Replaces a file by a finished one, or creates it. The other's mode, owner and names are kept: usually by
 * setting them on the new file before the atomic rename. If that is not possible, since the other
 * has several names (hard links), belongs to another user, or is a mount point, its bytes are replaced, and
 * a process that is killed meanwhile leaves it incomplete; a full disk leaves it unchanged. The finished file is removed then.
 *
 * Requires read and write permission for all the paths of both.
 *
 * @throws {SystemError} `not-a-file`, `file-replaced`.
 * @throws {Deno.errors.PermissionDenied} When the other file is not writable.
 */
export function replaceFile(own: FinishedFile, { given, path }: OutputPath): Replacement {
  using there = isWindows() ? undefined : openReplaced(given, path);
  if (!there || takesOver(own, there)) {
    own.release?.();
    if (renamed(own.path, path, there !== undefined)) {
      if (!own.release) checkName(path, own.file);
      return "renamed";
    }
  }
  if (!there) throw new Error("there is nothing to copy into");
  copyInto(own.file, there);
  Deno.removeSync(own.path);
  return "copied";
}

/**
 * Opens the file to replace: the system decides whether it is writable, and whether a link of another user
 * in a shared folder is followed. The target of a link is created.
 */
function openReplaced(given: string, path: string): Deno.FsFile | undefined {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(given, { write: true, create: given !== path });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  if (given === path) {
    try {
      checkName(path, file);
    } catch (error) {
      file.close();
      throw error;
    }
  }
  if (file.statSync().isFile) return file;
  file.close();
  throw new SystemError(`cannot write ${given}: it is not a regular file`, { code: "not-a-file", operation: "write" });
}

/** Sets mode and owner of the other file on the finished one; false if that is not possible, or the other has more names. */
function takesOver({ path, file }: FinishedFile, other: Deno.FsFile): boolean {
  const [ours, theirs] = [file.statSync(), other.statSync()];
  if ((theirs.nlink ?? 1) > 1) return false;
  const owned = ours.uid === theirs.uid && ours.gid === theirs.gid;
  if (owned && ((ours.mode ?? 0) & MODE) === ((theirs.mode ?? 0) & MODE)) return true;
  // By its path another file could be meant by now.
  const descriptor = openSync(path, "r+");
  try {
    const { ino, dev } = fstatSync(descriptor);
    if (ino !== ours.ino || dev !== ours.dev) return false;
    if (!owned) fchownSync(descriptor, theirs.uid ?? -1, theirs.gid ?? -1);
    // A change of owner clears some of the mode's bits.
    fchmodSync(descriptor, (theirs.mode ?? 0) & MODE);
    return true;
  } catch {
    return false;
  } finally {
    closeSync(descriptor);
  }
}

/** Whether a file cannot be renamed over, such as a mount point. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && ["EBUSY", "EXDEV", "ETXTBSY"].includes(String(error.code));
}

/** Renames a file; false if the other cannot be renamed over but `copies` tells that it can be written. */
function renamed(from: string, to: string, copies: boolean): boolean {
  try {
    renameFile(from, to);
    return true;
  } catch (error) {
    if (!copies || !isBusy(error)) throw error;
    return false;
  }
}

/**
 * Replaces the bytes of a file. Those beyond its old length are written first: if there is no space for them, the old
 * content is still complete.
 */
function copyInto(own: Deno.FsFile, target: Deno.FsFile): void {
  const { size, ...times } = own.statSync();
  const before = target.statSync().size;
  try {
    if (size > before) copyRange(own, target, before, size);
  } catch (error) {
    target.truncateSync(before);
    throw error;
  }
  copyRange(own, target, 0, Math.min(before, size));
  target.truncateSync(size);
  setTimes(target, times);
  target.syncSync();
}

/** Copies the bytes from `start` up to `end` to the same offset in another file. */
function copyRange(own: Deno.FsFile, target: Deno.FsFile, start: number, end: number): void {
  own.seekSync(start, Deno.SeekMode.Start);
  target.seekSync(start, Deno.SeekMode.Start);
  const chunk = new Uint8Array(CHUNK_SIZE);
  for (let rest = end - start; rest > 0;) {
    const count = own.readSync(chunk.subarray(0, Math.min(rest, chunk.length)));
    if (count === null) throw new Deno.errors.UnexpectedEof("a finished file became shorter");
    writeAllSync(target, chunk.subarray(0, count));
    rest -= count;
  }
}

/** Sets the times of a file, if the system permits it: only its owner can set them. */
function setTimes(target: Deno.FsFile, { atime, mtime }: Pick<Deno.FileInfo, "atime" | "mtime">): void {
  try {
    if (atime && mtime) target.utimeSync(atime, mtime);
  } catch {
    // The content is written; its time is that of the write.
  }
}

/**
 * Checks that a file may be written before it is replaced: a read-only file is not replaced either.
 * The file is not changed.
 *
 * Requires read and write permission for the path.
 *
 * @throws {Deno.errors.PermissionDenied} When it is not writable.
 */
export function checkWritable(path: string): void {
  Deno.openSync(path, { write: true }).close();
}
