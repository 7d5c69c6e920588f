import {
  checkName,
  closeQuietly,
  findOutput,
  flushesFolders,
  fromSystem,
  type OutputPath,
  pathsBeside,
  pathsOfOutput,
  readOwnFile,
  releaseToRename,
  replaceFile,
  replaceOwnFile,
  syncName,
  SystemError,
  writeAllSync,
} from "../../../core/mod.ts";
import { dirname } from "../../../deps/std/path.ts";
import { type Destination, REDIRECT, takesAll, withHint } from "../naming/destination.ts";
import { type Entity, formatEntity, parseEntity, validatorOf } from "../entity.ts";
import { setModified } from "./set_modified.ts";
import { renameNew } from "../naming/new_name.ts";
import { openPart, refuseExisting, removeQuietly } from "./open_part.ts";

/** Options for opening a part file. */
export interface PartOptions {
  /** The requested URL. */
  readonly url: string;
  /** Whether the part of an earlier run is resumed. */
  readonly resume: boolean;
  /** Whether an existing file is replaced. */
  readonly force: boolean;
}

/** Maximum size of a note. */
const MAX_NOTE_BYTES = 64 * 1024;

/** Returns the paths that a download uses beside its file: the part, and the note with the entity of the part. */
export function partPaths(file: string): [part: string, note: string] {
  const [part = "", note = ""] = pathsBeside(file, [".part", ".part.json"]);
  return [part, note];
}

/** Returns all paths that a download to a file uses, also if that is a link. */
export function pathsOfDownload(file: string): string[] {
  return pathsOfOutput(file, (file) => [file, ...partPaths(file)]);
}

/**
 * An incomplete file: `NAME.part`, locked, and `NAME.part.json` with its entity. Both were created by this run or an earlier
 * one of the same user; links at these paths are not followed.
 */
export class PartFile implements Destination {
  /** Bytes received. */
  size = 0;
  /** The entity that they are part of. */
  entity?: Entity;
  /** The final path. */
  readonly file: string;
  readonly skips = false;
  readonly #part: string;
  readonly #note: string;
  readonly #output: OutputPath;
  readonly #force: boolean;
  /** Modification time for the file, in milliseconds since 1970. */
  modified?: number;
  readonly #handle: Deno.FsFile;
  /** Whether this run created it. */
  readonly #fresh: boolean;
  #finished = false;
  /** Whether the note could be written, so that another run can resume the part. */
  #noted = false;

  /**
   * Opens and locks the part file.
   *
   * @throws {SystemError} `file-exists`, `file-busy`, `permission-denied` and the like.
   */
  constructor(file: string, { url, resume, force }: PartOptions) {
    this.file = file;
    this.#force = force;
    const output = this.#output = whereTo(file);
    [this.#part, this.#note] = partPaths(output.path);
    refuseExisting(output, force);
    const { handle, fresh } = openBeside(this.#part, output);
    this.#handle = handle;
    this.#fresh = fresh;
    try {
      if (!fresh) this.#take(url, resume);
    } catch (error) {
      closeQuietly(this.#handle);
      throw fromSystem(error, { doing: "write", what: this.#part });
    }
  }

  /** Resumes the part of an earlier run, if possible. */
  #take(url: string, resume: boolean): void {
    const { size } = this.#handle.statSync();
    if (size === 0) return;
    const entity = this.#readNote();
    if (!entity && !this.#force) {
      throw new SystemError(`${this.#part} already exists, and is not the part of an earlier run`, {
        code: "file-exists",
        operation: "write",
        reason: "not-a-part",
      });
    }
    if (!resume || !entity || entity.url !== url || validatorOf(entity) === undefined) return this.#empty();
    // The last byte of a complete part is requested again, to learn whether the entity is still the same.
    const most = entity.length === undefined ? size : Math.max(0, entity.length - 1);
    this.size = Math.min(size, most);
    this.entity = entity;
    this.#writeNote(entity);
    if (this.size < size) this.#handle.truncateSync(this.size);
    this.#handle.seekSync(this.size, Deno.SeekMode.Start);
  }

  #readNote(): Entity | undefined {
    try {
      const note = readOwnFile(this.#note, MAX_NOTE_BYTES);
      return note === undefined ? undefined : parseEntity(note);
    } catch {
      return undefined;
    }
  }

  /**
   * Replaces the note. This user owns it; a part with another owner was planted, and could be changed during the download.
   */
  #writeNote(entity: Entity): void {
    let note: Deno.FileInfo;
    try {
      note = replaceOwnFile(this.#note, formatEntity(entity));
    } catch (error) {
      // With a grant of the file and its part alone, no other run can resume it.
      if (error instanceof Deno.errors.NotCapable) return;
      throw fromSystem(error, { doing: "write", what: this.#note });
    }
    this.#noted = true;
    if (this.#fresh || this.#handle.statSync().uid === note.uid) return;
    throw new SystemError(`${this.#part} belongs to another user`, {
      code: "not-owner",
      operation: "write",
      hint: "remove it, or choose a folder that others cannot write to",
    });
  }

  #empty(): void {
    this.#handle.truncateSync(0);
    this.#handle.seekSync(0, Deno.SeekMode.Start);
    this.size = 0;
    this.entity = undefined;
  }

  /** Yields the received bytes in pieces. */
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

  /** Empties it, and writes the note while the part is empty. */
  begin(entity: Entity): void {
    try {
      if (this.size > 0) this.#empty();
    } catch (error) {
      throw fromSystem(error, { doing: "write", what: this.#part });
    }
    this.#writeNote(entity);
    this.entity = entity;
  }

  /** Appends bytes. A blocking call is the fastest for a regular file. */
  write(bytes: Uint8Array): void {
    try {
      writeAllSync(this.#handle, bytes);
    } catch (error) {
      throw fromSystem(error, { doing: "write", what: this.#part });
    }
    this.size += bytes.length;
  }

  /** Flushes the part to the disk, and renames it. */
  async finish(): Promise<void> {
    try {
      if (this.modified !== undefined) setModified(this.#handle, this.modified);
      await this.#handle.sync();
      const release = releaseToRename(this.#handle);
      if (this.#force) replaceFile({ path: this.#part, file: this.#handle, release }, this.#output);
      else this.#renameNew(release);
    } catch (error) {
      throw fromSystem(error, { doing: "write", what: this.file });
    }
    this.#finished = true;
    removeQuietly(this.#note);
    if (flushesFolders()) await syncName(dirname(this.#output.path), this.#handle);
  }

  #renameNew(release?: () => void): void {
    release?.();
    renameNew(this.#part, this.file);
    if (!release) checkName(this.file, this.#handle);
  }

  /** Releases the lock. A part that cannot be resumed is removed first. */
  close(): void {
    if (!this.#finished && (this.size === 0 || !this.#noted || validatorOf(this.entity) === undefined)) {
      removeQuietly(this.#part);
      removeQuietly(this.#note);
    }
    closeQuietly(this.#handle);
  }

  /** Removes the part, because it failed verification. */
  discard(): void {
    this.#empty();
    this.close();
  }
}

const BESIDE = "the file is first written as NAME.part in its folder: choose a writable folder, or redirect stdout";

/** Opens the part of a file; the error is about the folder if that is the cause. */
function openBeside(part: string, { given, there }: OutputPath): ReturnType<typeof openPart> {
  try {
    return openPart(part, there?.mode ?? undefined);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const { code, cause } = error;
    if (code === "file-not-found") throw fromSystem(cause, { doing: "write", what: given });
    if (takesAll(error)) throw withHint(error, REDIRECT);
    if (code !== "permission-denied" && code !== "read-only") throw error;
    throw withHint(error, BESIDE);
  }
}

function whereTo(file: string): OutputPath {
  try {
    return findOutput(file);
  } catch (error) {
    throw fromSystem(error, { doing: "write", what: file });
  }
}
