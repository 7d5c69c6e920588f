import { closeQuietly } from "../dial/connection.ts";
import { SystemError } from "../errors/errors.ts";
import { writeAllSync } from "../bytes/writer.ts";

/** How an own file is opened. */
export interface OpenOwnOptions {
  /** Whether it is written. @default false */
  readonly write?: boolean;
  /** Whether it is locked for this process, as far as its file system has locks. @default false */
  readonly lock?: boolean;
}

/** How an own file is created. */
export interface OwnFileOptions extends Omit<OpenOwnOptions, "write"> {
  /** Its permission bits, less the umask. @default 0o666 */
  readonly mode?: number;
  /** Whether it is read as well. @default false */
  readonly read?: boolean;
  /** Whether each write goes to its end, wherever that is by then. @default false */
  readonly append?: boolean;
}

/**
 * Creates a file that is ours: whatever lies at the path, be it a file, a link, a pipe or a device, is neither opened
 * nor followed nor replaced. Every file whose name was not given by the user for exactly that purpose is created so.
 *
 * Needs read and write permission for the path.
 *
 * @throws {Deno.errors.AlreadyExists} When something is there.
 * @throws {SystemError} `file-busy` when another process was quicker to lock it, `file-replaced` when another file has
 * taken its place at once.
 */
export function createOwnFile(path: string, options: OwnFileOptions = {}): Deno.FsFile {
  const { mode, read, append, lock = false } = options;
  return checked(path, Deno.openSync(path, { read, append, write: !append, createNew: true, mode }), lock);
}

/**
 * Opens a file that we have created earlier: a regular file with one name only, and no link. Undefined when nothing is
 * there. Never waits for the reader of a pipe.
 *
 * Needs read and write permission for the path.
 *
 * @throws {SystemError} `not-a-file`, `file-busy`, `file-replaced`.
 */
export function openOwnFile(path: string, { write, lock = false }: OpenOwnOptions = {}): Deno.FsFile | undefined {
  try {
    if (!Deno.lstatSync(path).isFile) throw refusal("not-a-file", `${path} is not a regular file`);
    // Without `create`: a link that comes in between would have its target created.
    return checked(path, Deno.openSync(path, { read: true, write }), lock);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Reads a small file that we have created earlier; undefined when nothing is there.
 *
 * Needs read permission for the path.
 *
 * @throws {SystemError} `not-a-file`, `file-replaced`, `file-too-large`.
 */
export function readOwnFile(path: string, limit: number): string | undefined {
  using file = openOwnFile(path);
  if (!file) return undefined;
  const { size } = file.statSync();
  if (size > limit) throw refusal("file-too-large", `${path} is larger than ${limit} bytes`);
  const bytes = new Uint8Array(size);
  let held = 0;
  while (held < size) {
    const count = file.readSync(bytes.subarray(held));
    if (count === null) break;
    held += count;
  }
  return new TextDecoder().decode(bytes.subarray(0, held));
}

/**
 * Writes a small file of ours, in place of whatever has that name; a link is replaced, not followed. Returns what the
 * system knows of it, such as its owner.
 *
 * Needs read and write permission for the path.
 *
 * @throws {SystemError} `file-replaced`.
 */
export function replaceOwnFile(path: string, text: string, options: OwnFileOptions = {}): Deno.FileInfo {
  using file = createReplacing(path, options);
  writeAllSync(file, new TextEncoder().encode(text));
  return file.statSync();
}

function createReplacing(path: string, options: OwnFileOptions): Deno.FsFile {
  try {
    return createOwnFile(path, options);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    Deno.removeSync(path);
    return createOwnFile(path, options);
  }
}

/**
 * Makes sure that the name which a file of ours was given by renaming or linking is its name: another file may have
 * taken the place of what was renamed.
 *
 * Needs read permission for the path.
 *
 * @throws {SystemError} `file-replaced`.
 */
export function checkName(path: string, file: Deno.FsFile): void {
  if (!isSame(Deno.lstatSync(path), file.statSync())) throw replaced(path);
}

function isSame(there: Deno.FileInfo, ours: Deno.FileInfo): boolean {
  return there.isFile && there.ino === ours.ino && there.dev === ours.dev;
}

function replaced(path: string): SystemError {
  return refusal("file-replaced", `${path} was replaced by another process`);
}

/** Locks a file where that is asked for, and makes sure that its path names it, as its only name and through no link. */
function checked(path: string, file: Deno.FsFile, locks: boolean): Deno.FsFile {
  try {
    if (locks && !lock(file)) throw refusal("file-busy", `another process is writing ${path}`);
    const there = Deno.lstatSync(path);
    if (!isSame(there, file.statSync()) || (there.nlink ?? 1) > 1) throw replaced(path);
    return file;
  } catch (error) {
    closeQuietly(file);
    throw error;
  }
}

function lock(file: Deno.FsFile): boolean {
  try {
    return file.tryLockSync(true);
  } catch {
    // The file system has no locks, so there is none to respect.
    return true;
  }
}

function refusal(code: string, message: string): SystemError {
  return new SystemError(message, { code, operation: "write" });
}
