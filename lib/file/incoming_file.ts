import { checkName, createOwnFile, syncFolder, writeAll } from "../core/mod.ts";
import { sha256 } from "./sha256.ts";
import { Refusal } from "./answer.ts";
import { absent, type FoundFolder } from "./root.ts";

/** A file that is stored. */
export interface StoredFile {
  /** What the system knows of it. */
  readonly stat: Deno.FileInfo;
  /** The SHA-256 of what was received. */
  readonly digest: Uint8Array<ArrayBuffer>;
  /** Whether it took the place of another one. */
  readonly replaced: boolean;
}

/**
 * A file on its way in: it is written under a name that is neither listed nor served, and gets its own name at once
 * and whole, when it is on the disk. Until then nothing of it is seen, and when it is given up nothing is left.
 */
export class IncomingFile {
  /** Bytes written so far. */
  size = 0;
  readonly #folder: FoundFolder;
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #hash = sha256();
  #digest?: Uint8Array<ArrayBuffer>;
  #over = false;

  private constructor(folder: FoundFolder, path: string, file: Deno.FsFile) {
    this.#folder = folder;
    this.#path = path;
    this.#file = file;
  }

  /** Begins one in a folder, which it will stay in. */
  static async create(folder: FoundFolder): Promise<IncomingFile> {
    const random = crypto.getRandomValues(new Uint8Array(8)).toHex();
    const path = `${folder.path}/.toucan-${random}.part`;
    const incoming = new IncomingFile(folder, path, createOwnFile(path, { lock: true }));
    if (isStill(folder)) return incoming;
    await incoming.discard();
    throw new Refusal(409, "the folder has moved");
  }

  /** Takes more of it. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    this.size += bytes.length;
    await writeAll(this.#file, bytes);
  }

  /** Says that this was all: it is put on the disk. Returns its SHA-256. */
  async end(): Promise<Uint8Array<ArrayBuffer>> {
    this.#digest = this.#hash.digest();
    await this.#file.sync();
    return this.#digest;
  }

  /**
   * Gives it its name, after {@link end}: in place of what has it (`replace`), or only if nothing has. `check` looks
   * whether that is right, in the same moment.
   */
  async commit(name: string, replace: boolean, check: (path: string) => void = () => {}): Promise<StoredFile> {
    if (!this.#digest) throw new Error("a file is committed before its end");
    const path = `${this.#folder.path}/${name}`;
    if (!isStill(this.#folder)) throw new Refusal(409, "the folder has moved");
    check(path);
    const there = absent(() => Deno.lstatSync(path));
    if (there?.isDirectory) throw new Refusal(409, "a folder has that name");
    if (there && !there.isFile && !there.isSymlink) throw new Refusal(409, "something that is no file has that name");
    if (there && !replace) throw new Refusal(412, "there is a file of that name");
    if (replace) Deno.renameSync(this.#path, path);
    else this.#link(path);
    checkName(path, this.#file);
    this.#over = true;
    const stat = this.#file.statSync();
    this.#file.close();
    await syncFolder(this.#folder.path);
    return { stat, digest: this.#digest, replaced: there !== undefined };
  }

  /** A link, other than a rename, never takes the place of another file; not all file systems have links. */
  #link(path: string): void {
    try {
      Deno.linkSync(this.#path, path);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) throw new Refusal(412, "there is a file of that name");
      return Deno.renameSync(this.#path, path);
    }
    Deno.removeSync(this.#path);
  }

  /** Gives it up. */
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
