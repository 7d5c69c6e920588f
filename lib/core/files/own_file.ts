import { closeQuietly } from "../dial/connection.ts";
import { SystemError } from "../errors/errors.ts";
import { writeAllSync } from "../bytes/writer.ts";

/** Options to open an own file. */
export interface OpenOwnOptions {
  /** Whether to open it for writing. @default false */
  readonly write?: boolean;
  /** Whether to lock it for this process, if its file system supports locks. @default false */
  readonly lock?: boolean;
}

/** Options to create an own file. */
export interface OwnFileOptions extends Omit<OpenOwnOptions, "write"> {
  /** Permission bits, less the umask. @default 0o666 */
  readonly mode?: number;
  /** Whether to open it for reading too. @default false */
  readonly read?: boolean;
  /** Whether each write appends. @default false */
  readonly append?: boolean;
}

/**
 * Creates a file. Anything that exists at the path, be it a file, a link, a pipe or a device, is neither opened
 * nor followed nor replaced. Every file whose name the user did not give for exactly that purpose is created by this.
 *
 * Requires read and write permission for the path.
 *
 * @throws {Deno.errors.AlreadyExists} When the path exists.
 * @throws {SystemError} `file-busy` when another process has locked it first, `file-replaced` when another file has
 * replaced it at once.
 */
export function createOwnFile(path: string, options: OwnFileOptions = {}): Deno.FsFile {
  const { mode, read, append, lock = false } = options;
  return checked(path, Deno.openSync(path, { read, append, write: !append, createNew: true, mode }), lock);
}

/**
 * Opens a file that this program has created earlier: a regular file with a single name, not a link. Returns undefined if it is
 * missing. Never waits for the reader of a pipe.
 *
 * Requires read and write permission for the path.
 *
 * @throws {SystemError} `not-a-file`, `file-busy`, `file-replaced`.
 */
export function openOwnFile(path: string, { write, lock = false }: OpenOwnOptions = {}): Deno.FsFile | undefined {
  try {
    if (!Deno.lstatSync(path).isFile) throw refusal("not-a-file", `${path} is not a regular file`);
    // Without `create`: a link that appears in between would have its target created.
    return checked(path, Deno.openSync(path, { read: true, write }), lock);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Reads a small file that this program has created earlier; undefined if it is missing.
 *
 * Requires read permission for the path.
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
 * Writes a small own file, replacing whatever has that name; a link is replaced, not followed. Returns its
 * metadata, such as its owner.
 *
 * Requires read and write permission for the path.
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
 * Checks that a name created by renaming or linking an own file refers to that file: another file may have
 * been renamed instead.
 *
 * Requires read permission for the path.
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

const opened = new WeakMap<Deno.FsFile, Deno.FileInfo>();

/**
 * Returns the metadata of an own file as it was opened: for what does not change, such as its inode. The runtime checks the
 * path of an open file for each question to the system.
 */
export function openedStat(file: Deno.FsFile): Deno.FileInfo {
  return opened.get(file) ?? file.statSync();
}

/** Locks a file if requested, and checks that its path is its only name and not a link. */
function checked(path: string, file: Deno.FsFile, locks: boolean): Deno.FsFile {
  try {
    if (locks && !lock(file)) throw refusal("file-busy", `another process is writing ${path}`);
    const there = Deno.lstatSync(path);
    if (!isSame(there, file.statSync()) || (there.nlink ?? 1) > 1) throw replaced(path);
    opened.set(file, there);
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
    // The file system does not support locks.
    return true;
  }
}

function refusal(code: string, message: string): SystemError {
  return new SystemError(message, { code, operation: "write" });
}
