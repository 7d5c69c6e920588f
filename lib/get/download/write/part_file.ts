import {
  checkName,
  closeQuietly,
  findOutput,
  fromSystem,
  type OutputPath,
  pathsBeside,
  pathsOfOutput,
  readOwnFile,
  replaceFile,
  replaceOwnFile,
  syncName,
  SystemError,
  writeAllSync,
} from "../../../core/mod.ts";
import { dirname } from "../../../deps/std/path.ts";
import { type Destination, REDIRECT, takesAll, withHint } from "../naming/destination.ts";
import { type Entity, formatEntity, parseEntity, validatorOf } from "../entity.ts";
import { setModified } from "../modified.ts";
import { renameNew } from "../naming/new_name.ts";
import { openPart, refuseExisting, removeQuietly } from "./open_part.ts";

/** How a part is opened. */
export interface PartOptions {
  /** The URL that is asked for. */
  readonly url: string;
  /** Whether what an earlier run left is continued. */
  readonly resume: boolean;
  /** Whether a file under the final name is replaced. */
  readonly force: boolean;
}

/** Bytes that a note has at most. */
const NOTE_LIMIT = 64 * 1024;

/** The paths beside a file that a download to it uses: that of its part, and that of the note about the part. */
export function partPaths(file: string): [part: string, note: string] {
  const [part = "", note = ""] = pathsBeside(file, [".part", ".part.json"]);
  return [part, note];
}

/** All paths that a download to a file uses, also where that is a link. */
export function pathsOfDownload(file: string): string[] {
  return pathsOfOutput(file, (file) => [file, ...partPaths(file)]);
}

/**
 * A file on its way: `NAME.part`, locked, and `NAME.part.json` that says of what it is a part. Both are created by us, or
 * were by an earlier run of the same user: nothing that lies there is written through.
 */
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
  readonly #output: OutputPath;
  readonly #force: boolean;
  /** When the content was changed last, in milliseconds since 1970: the file gets that time. */
  modified?: number;
  readonly #handle: Deno.FsFile;
  /** Whether it was created by this run. */
  readonly #fresh: boolean;
  #finished = false;
  /** Whether the note could be written, so that another run can continue the part. */
  #noted = false;

  /**
   * Opens and locks it.
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
    this.#writeNote(entity);
    if (this.size < size) this.#handle.truncateSync(this.size);
    this.#handle.seekSync(this.size, Deno.SeekMode.Start);
  }

  #readNote(): Entity | undefined {
    try {
      const note = readOwnFile(this.#note, NOTE_LIMIT);
      return note === undefined ? undefined : parseEntity(note);
    } catch {
      return undefined;
    }
  }

  /**
   * Writes the note anew, whatever lies there. It is ours, so its owner is ours as well: a part of another owner was
   * planted, and could be changed under our hands.
   */
  #writeNote(entity: Entity): void {
    let note: Deno.FileInfo;
    try {
      note = replaceOwnFile(this.#note, formatEntity(entity));
    } catch (error) {
      // A grant of the file and its part alone suffices; then no other run can continue it.
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
      if (this.size > 0) this.#empty();
    } catch (error) {
      throw fromSystem(error, { doing: "write", what: this.#part });
    }
    this.#writeNote(entity);
    this.entity = entity;
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
    const windows = Deno.build.os === "windows";
    try {
      if (this.modified !== undefined) setModified(this.#handle, this.modified);
      await this.#handle.sync();
      // Windows does not rename what is open.
      const release = windows ? () => closeQuietly(this.#handle) : undefined;
      if (this.#force) replaceFile({ path: this.#part, file: this.#handle, release }, this.#output);
      else this.#renameNew(release);
    } catch (error) {
      throw fromSystem(error, { doing: "write", what: this.file });
    }
    this.#finished = true;
    removeQuietly(this.#note);
    if (!windows) await syncName(dirname(this.#output.path), this.#handle);
  }

  #renameNew(release?: () => void): void {
    release?.();
    renameNew(this.#part, this.file);
    if (!release) checkName(this.file, this.#handle);
  }

  /** Releases the lock. A part that cannot be continued is removed first. */
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

const BESIDE = "a file is written beside its final name first: choose a folder that may be written, or redirect stdout";

/** Opens the part of a file; where the folder is why that fails, the error is about that. */
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
