import {
  checkName,
  closeQuietly,
  createOwnFile,
  fromSystem,
  makeFolders,
  openOwnFile,
  releaseToRename,
  renameToFree,
  syncName,
  SystemError,
} from "../../core/mod.ts";
import { type ChatFilesSettings, FILES_DEFAULTS } from "./settings.ts";
import { lockFolder } from "./folder_lock.ts";
import { FileRefusal } from "./refusal.ts";
import { ownerMark, readStoredName, writeStoredName } from "./stored_name.ts";
import { isUnfinished, removeUnfinished } from "./unfinished.ts";

/** Random bytes of an id: too many to guess. */
const ID_BYTES = 16;
/** Maximum number of files: more would make the listing of the folder slow. */
const MAX_FILES = 10_000;
/** Share of one owner in the maximum size of all files. */
const SHARE = 4;

/** A stored file. */
export interface StoredFile {
  /** Its extension. */
  readonly extension: string;
  /** Size in bytes. */
  readonly size: number;
  /** Time at which it was stored, in milliseconds since 1970. */
  readonly stored: number;
  /** Mark of its owner; empty without one. */
  readonly owner: string;
}

/** Room that was reserved for an upload. */
export interface Reservation {
  /** Size in bytes. */
  readonly size: number;
  /** Owner; empty without one. */
  readonly owner: string;
}

/** An upload in progress. */
export interface Incoming {
  /** The file, open for writing. */
  readonly file: Deno.FsFile;
  /** Path of the file. */
  readonly path: string;
}

/**
 * Folder of shared files. Each has a random name with the mark of its owner and the extension of its format; names from clients are
 * never used. Everything that is kept about a file is in its name, size and time, so that the folder needs no index.
 */
export class FileStore {
  /** Called with each file that has expired and was removed. */
  onExpired?: (id: string, file: StoredFile) => void;
  /** Returns whether what has expired may be removed to make room. */
  mayExpire: () => boolean = () => true;
  readonly #folder: string;
  readonly #total: number;
  readonly #age: number;
  readonly #now: () => number;
  readonly #files = new Map<string, StoredFile>();
  readonly #byOwner = new Map<string, number>();
  readonly #lock: Deno.FsFile;
  #used = 0;
  #pending = 0;

  /**
   * Opens a folder: reads what is in it, and removes uploads that were interrupted, and files that have expired. `now` returns the
   * time in milliseconds since 1970.
   *
   * @throws {SystemError} When the folder cannot be created or read; `file-busy` when another server uses it.
   */
  constructor({ folder, total, age }: ChatFilesSettings, now: () => number = () => Date.now()) {
    this.#folder = folder;
    this.#total = total ?? FILES_DEFAULTS.total;
    this.#age = age ?? FILES_DEFAULTS.age;
    this.#now = now;
    try {
      makeFolders(folder);
      this.#lock = lockFolder(folder);
    } catch (error) {
      throw fromSystem(error, { doing: "use", what: folder });
    }
    try {
      for (const { name, isFile } of Deno.readDirSync(folder)) if (isFile) this.#find(name);
    } catch (error) {
      closeQuietly(this.#lock);
      throw fromSystem(error, { doing: "use", what: folder });
    }
    this.expire();
  }

  /** Unlocks the folder. */
  close(): void {
    closeQuietly(this.#lock);
  }

  /** Number of files. */
  get count(): number {
    return this.#files.size;
  }

  /** Size of all files in bytes, with the uploads in progress. */
  get used(): number {
    return this.#used;
  }

  /** Returns a file by its id; undefined when it is unknown or has expired. */
  get(id: string): StoredFile | undefined {
    const found = this.#files.get(id);
    // It is not removed here: a clock that has jumped would delete it.
    return found && this.#expired(found) ? undefined : found;
  }

  /** Returns the files of an owner, the newest first. */
  ownedBy(owner: string): (StoredFile & { readonly id: string })[] {
    const mark = ownerMark(owner);
    const owned = mark === "" ? [] : [...this.#files].filter(([, file]) => file.owner === mark);
    return owned.map(([id, file]) => ({ id, ...file })).toSorted((one, other) => other.stored - one.stored);
  }

  /** Deletes a file; a download that has begun goes on. */
  delete(id: string): void {
    const found = this.#files.get(id);
    if (found) this.#remove(id, found);
  }

  /** Opens a file to read it; undefined when it is gone: the administrator has removed it. */
  open(id: string, stored: StoredFile): Deno.FsFile | undefined {
    const file = openOwnFile(this.#path(id, stored));
    if (!file) this.#remove(id, stored);
    return file;
  }

  /**
   * Reserves room for an upload.
   *
   * @throws {FileRefusal} 507 when there is none.
   */
  reserve({ size, owner }: Reservation): void {
    const full = this.#files.size + this.#pending >= MAX_FILES || this.#used + size > this.#total;
    if (full && this.mayExpire()) this.expire();
    if (this.#files.size + this.#pending >= MAX_FILES) throw new FileRefusal(507, "too many files");
    if (this.#used + size > this.#total) throw new FileRefusal(507, "no room for more files");
    const mark = ownerMark(owner);
    if (mark !== "" && (this.#byOwner.get(mark) ?? 0) + size > this.#total / SHARE) {
      throw new FileRefusal(507, "no room for more files from you");
    }
    this.#pending++;
    this.#count(mark, size);
  }

  /** Gives reserved room back. */
  release({ size, owner }: Reservation): void {
    this.#pending--;
    this.#count(ownerMark(owner), -size);
  }

  /** Creates the file of an upload. */
  create(): Incoming {
    const path = `${this.#folder}/.toucan-${randomId()}.part`;
    return { path, file: createOwnFile(path, { read: true, lock: true, mode: 0o600 }) };
  }

  /** Gives a complete upload, whose room was reserved, its name; returns its id when it is on the disk. */
  async keep({ file, path }: Incoming, extension: string, { size, owner }: Reservation): Promise<string> {
    await file.sync();
    const id = randomId();
    const stored = { extension, size, owner: ownerMark(owner), stored: this.#now() };
    const target = this.#path(id, stored);
    const release = releaseToRename(file);
    release?.();
    if (!renameToFree(path, target)) throw new SystemError(`${target} exists`, { code: "file-exists" });
    if (!release) {
      checkName(target, file);
      await syncName(this.#folder, file);
    }
    closeQuietly(file);
    this.#pending--;
    this.#files.set(id, stored);
    return id;
  }

  /** Removes an upload that was not completed. */
  async discard({ file, path }: Incoming): Promise<void> {
    closeQuietly(file);
    await Deno.remove(path).catch(() => {});
  }

  /** Removes files that have expired. */
  expire(): void {
    for (const [id, file] of this.#files) if (this.#expired(file)) this.#drop(id, file);
  }

  #drop(id: string, file: StoredFile): void {
    this.#remove(id, file);
    this.onExpired?.(id, file);
  }

  #expired({ stored }: StoredFile): boolean {
    return stored + this.#age <= this.#now();
  }

  #remove(id: string, file: StoredFile): void {
    this.#files.delete(id);
    this.#count(file.owner, -file.size);
    try {
      Deno.removeSync(this.#path(id, file));
    } catch {
      // It is gone, or the next start finds it again.
    }
  }

  /** Takes up a file of the folder. */
  #find(name: string): void {
    const path = `${this.#folder}/${name}`;
    if (isUnfinished(name)) return removeUnfinished(path);
    const known = readStoredName(name);
    if (!known) return;
    const { size, mtime } = Deno.lstatSync(path);
    this.#files.set(known.id, { extension: known.extension, owner: known.owner, size, stored: mtime?.getTime() ?? 0 });
    this.#count(known.owner, size);
  }

  #count(owner: string, size: number): void {
    this.#used += size;
    if (owner === "") return;
    const held = (this.#byOwner.get(owner) ?? 0) + size;
    if (held > 0) this.#byOwner.set(owner, held);
    else this.#byOwner.delete(owner);
  }

  #path(id: string, { owner, extension }: Pick<StoredFile, "owner" | "extension">): string {
    return `${this.#folder}/${writeStoredName({ id, owner, extension })}`;
  }
}

function randomId(): string {
  return crypto.getRandomValues(new Uint8Array(ID_BYTES)).toHex();
}
