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
import { formatOf } from "./kinds.ts";
import { FileRefusal } from "./refusal.ts";

/** Random bytes of an id: too many to guess. */
const ID_BYTES = 16;
/** Name of a stored file: its id, and the extension that tells its format. */
const STORED = /^([0-9a-f]{32})\.([a-z0-9]{1,8})$/;
/** Name of an upload in progress. */
const UNFINISHED = /^\.toucan-[0-9a-f]{32}\.part$/;
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
  /** Owner, as long as the server runs; empty without one. */
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
 * Folder of shared files. Each has a random name with the extension of its format; names from clients are never used. Everything
 * that is kept about a file is in its name, size and time, so that the folder needs no index.
 */
export class FileStore {
  readonly #folder: string;
  readonly #total: number;
  readonly #age: number;
  readonly #now: () => number;
  readonly #files = new Map<string, StoredFile>();
  readonly #byOwner = new Map<string, number>();
  #used = 0;
  #pending = 0;

  /**
   * Opens a folder: reads what is in it, and removes uploads that were interrupted, and files that have expired. `now` returns the
   * time in milliseconds since 1970.
   *
   * @throws {SystemError} When the folder cannot be created or read.
   */
  constructor({ folder, total, age }: ChatFilesSettings, now: () => number = () => Date.now()) {
    this.#folder = folder;
    this.#total = total ?? FILES_DEFAULTS.total;
    this.#age = age ?? FILES_DEFAULTS.age;
    this.#now = now;
    try {
      makeFolders(folder);
      for (const { name, isFile } of Deno.readDirSync(folder)) if (isFile) this.#find(name);
    } catch (error) {
      throw fromSystem(error, { doing: "use", what: folder });
    }
    this.expire();
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
    if (found && this.#expired(found)) {
      this.#remove(id, found);
      return undefined;
    }
    return found;
  }

  /** Opens a file to read it; undefined when it is gone. */
  open(id: string, { extension }: StoredFile): Deno.FsFile | undefined {
    return openOwnFile(this.#path(id, extension));
  }

  /**
   * Reserves room for an upload.
   *
   * @throws {FileRefusal} 507 when there is none.
   */
  reserve({ size, owner }: Reservation): void {
    if (this.#files.size + this.#pending >= MAX_FILES || this.#used + size > this.#total) this.expire();
    if (this.#files.size + this.#pending >= MAX_FILES) throw new FileRefusal(507, "too many files");
    if (this.#used + size > this.#total) throw new FileRefusal(507, "no room for more files");
    if (owner !== "" && (this.#byOwner.get(owner) ?? 0) + size > this.#total / SHARE) {
      throw new FileRefusal(507, "no room for more files from you");
    }
    this.#pending++;
    this.#count(owner, size);
  }

  /** Gives reserved room back. */
  release({ size, owner }: Reservation): void {
    this.#pending--;
    this.#count(owner, -size);
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
    const target = this.#path(id, extension);
    const release = releaseToRename(file);
    release?.();
    if (!renameToFree(path, target)) throw new SystemError(`${target} exists`, { code: "file-exists" });
    if (!release) {
      checkName(target, file);
      await syncName(this.#folder, file);
    }
    closeQuietly(file);
    this.#pending--;
    this.#files.set(id, { extension, size, owner, stored: this.#now() });
    return id;
  }

  /** Removes an upload that was not completed. */
  async discard({ file, path }: Incoming): Promise<void> {
    closeQuietly(file);
    await Deno.remove(path).catch(() => {});
  }

  /** Removes files that have expired. */
  expire(): void {
    for (const [id, file] of this.#files) if (this.#expired(file)) this.#remove(id, file);
  }

  #expired({ stored }: StoredFile): boolean {
    return stored + this.#age <= this.#now();
  }

  #remove(id: string, { extension, size, owner }: StoredFile): void {
    this.#files.delete(id);
    this.#count(owner, -size);
    try {
      Deno.removeSync(this.#path(id, extension));
    } catch {
      // It is gone, or the next start finds it again.
    }
  }

  /** Takes up a file of the folder. */
  #find(name: string): void {
    const path = `${this.#folder}/${name}`;
    if (UNFINISHED.test(name)) return removeUnfinished(path);
    const [, id, extension = ""] = STORED.exec(name) ?? [];
    if (id === undefined || !formatOf(extension)) return;
    const { size, mtime } = Deno.lstatSync(path);
    this.#files.set(id, { extension, size, owner: "", stored: mtime?.getTime() ?? 0 });
    this.#used += size;
  }

  #count(owner: string, size: number): void {
    this.#used += size;
    if (owner === "") return;
    const held = (this.#byOwner.get(owner) ?? 0) + size;
    if (held > 0) this.#byOwner.set(owner, held);
    else this.#byOwner.delete(owner);
  }

  #path(id: string, extension: string): string {
    return `${this.#folder}/${id}.${extension}`;
  }
}

function randomId(): string {
  return crypto.getRandomValues(new Uint8Array(ID_BYTES)).toHex();
}

/** Removes an upload of a server that was killed, unless another process is writing it. */
function removeUnfinished(path: string): void {
  try {
    using file = openOwnFile(path, { write: true, lock: true });
    if (file) Deno.removeSync(path);
  } catch {
    // It has another owner, or is being written.
  }
}
