import {
  checkName,
  createOwnFile,
  type GroupCommit,
  renameFile,
  replaceFile,
  writeAll,
  writeAllSync,
} from "../../../core/mod.ts";
import { setMode } from "./set_mode.ts";
import type { FileMetadata } from "../../codec/file_field.ts";
import { type Sha256, sha256 } from "../../digest/sha256.ts";
import { Refusal } from "../answer.ts";
import { absent, type FoundFolder } from "../root.ts";

/** Up to here, a write that blocks takes less time than one in another thread. */
const AT_ONCE = 64 * 1024;

/** From here on a file is put on the disk by itself: others do not have to wait for it. */
const LARGE = 1 << 20;

/** A file that is stored. */
export interface StoredFile {
  /** Metadata of the stored file. */
  readonly stat: Deno.FileInfo;
  /** The SHA-256 of what was received, if it was computed. */
  readonly digest?: Uint8Array<ArrayBuffer>;
  /** Whether it took the place of another one. */
  readonly replaced: boolean;
}

/** Options of a new upload. */
export interface IncomingOptions {
  /** Mode of the file that it will replace: until then it is no more open to others. */
  readonly mode?: number | null;
  /** Whether to leave out its SHA-256, so that it can be shortened, and costs less. @default false */
  readonly unhashed?: boolean;
}

/**
 * An upload in progress: it is written under a name that is neither listed nor served, and renamed when it is complete
 * and on the disk. An aborted upload leaves nothing.
 */
export class IncomingFile {
  /** Bytes written so far. */
  size = 0;
  readonly #folder: FoundFolder;
  readonly #commits: GroupCommit;
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #hash?: Sha256;
  #digest?: Uint8Array<ArrayBuffer>;
  #mode?: number;
  #over = false;

  private constructor(folder: FoundFolder, commits: GroupCommit, path: string, file: Deno.FsFile, hash?: Sha256) {
    this.#folder = folder;
    this.#commits = commits;
    this.#path = path;
    this.#file = file;
    this.#hash = hash;
  }

  /**
   * Begins one in a folder, which it will stay in; it is put on the disk together with others that are complete by then.
   */
  static async create(folder: FoundFolder, commits: GroupCommit, options: IncomingOptions = {}): Promise<IncomingFile> {
    const { mode, unhashed = false } = options;
    const random = crypto.getRandomValues(new Uint8Array(8)).toHex();
    const path = `${folder.path}/.toucan-${random}.part`;
    const file = createOwnFile(path, { read: true, lock: true, mode: mode === null ? undefined : mode });
    const incoming = new IncomingFile(folder, commits, path, file, unhashed ? undefined : sha256());
    if (isStill(folder)) return incoming;
    await incoming.discard();
    throw new Refusal(409, "the folder was moved during the upload");
  }

  /** Takes more of it. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#hash?.update(bytes);
    this.size += bytes.length;
    if (bytes.length <= AT_ONCE) writeAllSync(this.#file, bytes);
    else await writeAll(this.#file, bytes);
  }

  /** Says that this was all. Returns its SHA-256. */
  end(): Uint8Array<ArrayBuffer> {
    if (!this.#hash) throw new Error("an upload without a digest");
    this.#digest = this.#hash.digest();
    return this.#digest;
  }

  /** Drops what is behind a byte of one without a digest. */
  truncate(size: number): void {
    if (this.#hash) throw new Error("an upload with a digest cannot be shortened");
    this.#file.truncateSync(size);
    this.#file.seekSync(size, Deno.SeekMode.Start);
    this.size = size;
  }

  /**
   * Puts it on the disk and gives it its name, after {@link end} if it has a digest: in place of what has it (`replace`), or only if nothing has.
   * A file that is replaced keeps its mode, its owner and its links; one with several names is written in place. `check`
   * looks whether that is right, in the same moment; `behind` says which file a link leads to that is to be replaced
   * instead of it. Settles when the name is on the disk too.
   */
  async commit(
    name: string,
    replace: boolean,
    check: (path: string) => void = () => {},
    behind: (path: string) => string | undefined = () => undefined,
  ): Promise<StoredFile> {
    const digest = this.#digest;
    if (this.#hash && !digest) throw new Error("a file is committed before its end");
    const flushed = this.size > LARGE;
    try {
      if (flushed) await this.#file.syncData();
      const named = await this.#commits.commit({
        ...{ file: this.#file, flushed },
        folder: this.#folder.path,
        name: () => this.#name(name, replace, check, behind),
      });
      return { ...named, digest };
    } finally {
      if (this.#over) this.#file.close();
    }
  }

  #name(
    name: string,
    replace: boolean,
    check: (path: string) => void,
    behind: (path: string) => string | undefined,
  ): Omit<StoredFile, "digest"> {
    const path = `${this.#folder.path}/${name}`;
    if (!isStill(this.#folder)) throw new Refusal(409, "the folder was moved during the upload");
    check(path);
    const there = absent(() => Deno.lstatSync(path));
    if (there?.isDirectory) throw new Refusal(409, "a folder with that name already exists");
    if (there && !there.isFile && !there.isSymlink) throw new Refusal(409, "the name exists and is not a regular file");
    if (there && !replace) throw new Refusal(412, "a file with that name already exists");
    const target = (there?.isSymlink ? behind(path) : undefined) ?? path;
    if (!replace) this.#link(path);
    // A link that leads nowhere in the root gives way to the file.
    else if (!there || (there.isSymlink && target === path)) {
      renameFile(this.#path, path);
      checkName(path, this.#file);
    } else replaceFile({ path: this.#path, file: this.#file }, { given: target, path: target });
    this.#over = true;
    // What the client says of its file goes before what the replaced one had.
    if (this.#mode !== undefined && isSame(target, this.#file)) setMode(target, this.#file, this.#mode);
    return { stat: Deno.statSync(path), replaced: there !== undefined };
  }

  /** Gives it the time and the permission bits that it has on the client, before {@link commit}. */
  mark({ modified, mode }: FileMetadata): void {
    if (modified !== undefined) this.#file.utimeSync(new Date(), new Date(modified));
    if (mode === undefined) return;
    this.#mode = mode;
    setMode(this.#path, this.#file, mode);
  }

  /** A link, other than a rename, never takes the place of another file; not all file systems have links. */
  #link(path: string): void {
    try {
      Deno.linkSync(this.#path, path);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) throw new Refusal(412, "a file with that name already exists");
      return renameFile(this.#path, path);
    }
    Deno.removeSync(this.#path);
    checkName(path, this.#file);
  }

  /** Removes the incomplete upload. */
  async discard(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#file.close();
    await Deno.remove(this.#path).catch(() => {});
  }
}

/** Whether the path of a folder still leads to it, and through no link. */
function isStill({ path, stat }: FoundFolder): boolean {
  const there = absent(() => Deno.realPathSync(path) === path ? Deno.lstatSync(path) : undefined);
  return there?.ino === stat.ino && there.dev === stat.dev;
}

/** Whether a path leads to this file: not where its bytes were copied into another one. */
function isSame(path: string, file: Deno.FsFile): boolean {
  const [there, ours] = [Deno.statSync(path), file.statSync()];
  return there.ino === ours.ino && there.dev === ours.dev;
}
