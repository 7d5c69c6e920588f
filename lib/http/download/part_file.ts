import { closeQuietly, fromSystem, syncFolder, SystemError, writeAllSync } from "../../core/mod.ts";
import { dirname } from "../../deps/path.ts";
import type { Destination } from "./destination.ts";
import { type Entity, formatEntity, parseEntity, validatorOf } from "./entity.ts";

/** How a part is opened. */
export interface PartOptions {
  /** The URL that is asked for. */
  readonly url: string;
  /** Whether what an earlier run left is continued. */
  readonly resume: boolean;
  /** Whether a file under the final name is replaced. */
  readonly force: boolean;
}

/** A file on its way: `NAME.part`, locked, and `NAME.part.json` that says of what it is a part. */
export class PartFile implements Destination {
  /** Bytes that are there. */
  size = 0;
  /** What they are a part of. */
  entity?: Entity;
  /** The name that it gets when it is whole. */
  readonly file: string;
  readonly skips = false;
  readonly #part: string;
  readonly #note: string;
  readonly #force: boolean;
  readonly #handle: Deno.FsFile;
  #finished = false;
  #noted = true;

  /**
   * Opens it, so that nobody else does.
   *
   * @throws {SystemError} `file-exists`, `file-busy`, `permission-denied` and the like.
   */
  constructor(file: string, { url, resume, force }: PartOptions) {
    this.file = file;
    this.#part = `${file}.part`;
    this.#note = `${file}.part.json`;
    this.#force = force;
    refuseExisting(file, force);
    this.#handle = openLocked(this.#part);
    try {
      this.#take(url, resume);
    } catch (error) {
      closeQuietly(this.#handle);
      throw fromSystem(error, { doing: "write", what: this.#part });
    }
  }

  /** Takes what an earlier run has left, as far as it is of use. */
  #take(url: string, resume: boolean): void {
    const { size } = this.#handle.statSync();
    if (size === 0) return;
    const entity = this.#readNote();
    if (!entity && !this.#force) {
      throw new SystemError(`${this.#part} is there already, and is not what an earlier run has left`, {
        code: "file-exists",
        operation: "write",
        hint: "move it away, or --force to overwrite it",
      });
    }
    if (!resume || !entity || entity.url !== url || validatorOf(entity) === undefined) return this.#empty();
    // Of what seems whole the last byte is asked for again, and with it whether it is still the same.
    const most = entity.length === undefined ? size : Math.max(0, entity.length - 1);
    this.size = Math.min(size, most);
    this.entity = entity;
    if (this.size < size) this.#handle.truncateSync(this.size);
    this.#handle.seekSync(this.size, Deno.SeekMode.Start);
  }

  #readNote(): Entity | undefined {
    try {
      if (Deno.lstatSync(this.#note).size > 64 * 1024) return undefined;
      return parseEntity(Deno.readTextFileSync(this.#note));
    } catch {
      return undefined;
    }
  }

  #empty(): void {
    this.#handle.truncateSync(0);
    this.#handle.seekSync(0, Deno.SeekMode.Start);
    this.size = 0;
    this.entity = undefined;
  }

  /** What is there, piece by piece. */
  *contents(): Generator<Uint8Array> {
    const piece = new Uint8Array(1 << 20);
    this.#handle.seekSync(0, Deno.SeekMode.Start);
    for (let rest = this.size; rest > 0;) {
      const count = this.#handle.readSync(rest < piece.length ? piece.subarray(0, rest) : piece);
      if (count === null) break;
      rest -= count;
      yield piece.subarray(0, count);
    }
    this.#handle.seekSync(this.size, Deno.SeekMode.Start);
  }

  /** Empties it; the note is written while there is nothing that it could be wrong about. */
  begin(entity: Entity): void {
    try {
      this.#empty();
      this.#noted = this.#writeNote(entity);
      this.entity = entity;
    } catch (error) {
      throw fromSystem(error, { doing: "write", what: this.#note });
    }
  }

  /** Writes the note; false where the sandbox permits the file and not its note: then what is cut cannot be continued. */
  #writeNote(entity: Entity): boolean {
    try {
      Deno.writeTextFileSync(this.#note, formatEntity(entity));
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) return false;
      throw error;
    }
  }

  /** A regular file takes bytes at once; a call that blocks is the fastest. */
  write(bytes: Uint8Array): void {
    try {
      writeAllSync(this.#handle, bytes);
    } catch (error) {
      throw fromSystem(error, { doing: "write", what: this.#part });
    }
    this.size += bytes.length;
  }

  /** Flushes it to the disk, and gives it its name. */
  async finish(): Promise<void> {
    try {
      await this.#handle.sync();
      // Windows does not rename what is open.
      if (Deno.build.os === "windows") closeQuietly(this.#handle);
      if (this.#force) Deno.renameSync(this.#part, this.file);
      else this.#renameNew();
    } catch (error) {
      throw fromSystem(error, { doing: "write", what: this.file });
    }
    this.#finished = true;
    removeQuietly(this.#note);
    await syncFolder(dirname(this.file));
  }

  /** Renaming replaces what is there, linking does not: nobody can come in between. Not every file system has links. */
  #renameNew(): void {
    try {
      Deno.linkSync(this.#part, this.file);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) throw error;
      refuseExisting(this.file, false);
      return Deno.renameSync(this.#part, this.file);
    }
    Deno.removeSync(this.#part);
  }

  /** Lets go of the lock. A part that nobody could continue is taken away first. */
  close(): void {
    if (!this.#finished && (this.size === 0 || !this.#noted || validatorOf(this.entity) === undefined)) {
      removeQuietly(this.#part);
      removeQuietly(this.#note);
    }
    closeQuietly(this.#handle);
  }

  /** Takes it away: it is not what it should be. */
  discard(): void {
    this.#empty();
    this.close();
  }
}

/**
 * Whether something stands where a file shall be.
 *
 * @throws {SystemError} `file-exists`, or `not-a-file` for what is not to be replaced at all.
 */
export function refuseExisting(path: string, force: boolean): void {
  const there = look(path);
  if (!there) return;
  if (!there.isFile && !there.isSymlink) {
    const [code, what] = there.isDirectory ? ["is-a-directory", "a folder"] : ["not-a-file", "no ordinary file"];
    const hint = there.isDirectory ? undefined : "write to stdout, and redirect that";
    throw new SystemError(`cannot write ${path}: it is ${what}`, { code, operation: "write", hint });
  }
  if (force) return;
  throw new SystemError(`${path} is there already`, {
    code: "file-exists",
    operation: "write",
    hint: "--force replaces it, once the new one is whole",
  });
}

function look(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw fromSystem(error, { doing: "look at", what: path });
  }
}

/** Opens a part and locks it; whoever had it in the meantime may have renamed it. */
function openLocked(path: string): Deno.FsFile {
  for (let tries = 0; tries < 10; tries++) {
    const there = look(path);
    if (there && !there.isFile) throw busy(`${path} is no ordinary file`, "not-a-file");
    // A name that the finished file has too is what was left of a run that ended right behind its success.
    if (there?.nlink !== undefined && there.nlink !== null && there.nlink > 1) removeQuietly(path);
    try {
      const handle = Deno.openSync(path, { read: true, write: true, create: true });
      if (!lock(handle)) {
        closeQuietly(handle);
        throw busy(`another download is writing ${path}`, "file-busy");
      }
      if (isStill(path, handle)) return handle;
      closeQuietly(handle);
    } catch (error) {
      throw fromSystem(error, { doing: "write", what: path });
    }
  }
  throw busy(`${path} comes and goes`, "file-busy");
}

/** Locks a file for this process; where the file system has no locks, there is none to respect. */
function lock(handle: Deno.FsFile): boolean {
  try {
    return handle.tryLockSync(true);
  } catch {
    return true;
  }
}

function isStill(path: string, handle: Deno.FsFile): boolean {
  const [now, ours] = [look(path), handle.statSync()];
  return now?.ino === ours.ino && now?.dev === ours.dev && now?.isFile === true && (now.nlink ?? 1) < 2;
}

function busy(message: string, code: string): SystemError {
  return new SystemError(message, { code, operation: "write" });
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is gone already.
  }
}
