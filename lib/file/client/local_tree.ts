import {
  closeQuietly,
  fileId,
  fromSystem,
  GroupCommit,
  isWindows,
  isWindowsName,
  makeFolders,
  nameKey,
  openedStat,
  type Os,
  releaseToRename,
  syncFolder,
  SystemError,
} from "../../core/mod.ts";
import { basename, dirname } from "../../deps/std/path.ts";
import { BufferedFile } from "../../get/internal.ts";
import { isName, isUnfinished } from "../codec/path.ts";
import { digestOf } from "../digest/digest.ts";
import { absent } from "../server/root.ts";
import { FreshFolders } from "./get/fresh_folders.ts";
import { giveName } from "./get/give_name.ts";
import { STAGE, StageFolder } from "./get/stage_folder.ts";

/**
 * The local folder that a tree is written to. Paths cannot escape it: names are checked, and symbolic links on the way
 * are never followed.
 */
export class LocalTree {
  readonly #root: string;
  readonly #commits: GroupCommit;
  readonly #fresh = new FreshFolders();
  /** The files of this run by device and inode, to find names that are one to the file system. */
  readonly #placed = new Map<string, string>();
  /** The incomplete files. */
  readonly #stage: StageFolder;

  /**
   * Takes a folder, which is made when it is missing; with `syncEach` each file is put on the disk by itself. Needs read
   * and write permission for it.
   *
   * @throws {SystemError} When it cannot be made.
   */
  constructor(folder: string, { syncEach = false }: { readonly syncEach?: boolean } = {}) {
    this.#commits = new GroupCommit({ each: syncEach, bulk: true });
    try {
      makeFolders(folder).forEach((parent) => void this.#commits.flush(parent));
      this.#root = Deno.realPathSync(folder);
      if (holdsNothing(this.#root)) this.#fresh.add(this.#root);
      this.#stage = new StageFolder(this.#root, (path, mode) => this.#enter(path, mode));
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) throw refusal("not-a-directory", `${folder} is not a folder`);
      throw fromSystem(error, { doing: "write to", what: folder });
    }
  }

  /**
   * Where the names lead; the folders on the way are made.
   *
   * @throws {SystemError} `unsafe-name`, `unsafe-link`, `not-a-directory`.
   */
  place(segments: readonly string[]): string {
    for (const name of segments) {
      if (!isSafe(name)) throw refusal("unsafe-name", `${JSON.stringify(name)} cannot be the name of a file here`);
    }
    let path = this.#root;
    for (const name of segments.slice(0, -1)) this.#enter(path = `${path}/${name}`);
    return segments.length === 0 ? path : `${path}/${segments.at(-1)}`;
  }

  /** Makes a folder of these names. */
  makeFolder(segments: readonly string[]): void {
    const path = this.place(segments);
    if (segments.length > 0) this.#enter(path);
  }

  /** Whether a folder of these names had nothing in it before this run, or is not there yet. */
  isFresh(segments: readonly string[]): boolean {
    const path = this.place(segments);
    return this.#fresh.has(path) || !absent(() => Deno.lstatSync(path));
  }

  #enter(path: string, mode?: number): void {
    const there = absent(() => Deno.lstatSync(path));
    if (there?.isSymlink) throw refusal("unsafe-link", `${path} is a link, which is not followed`);
    if (there && !there.isDirectory) throw refusal("not-a-directory", `${path} already exists and is not a folder`);
    if (there) return;
    try {
      Deno.mkdirSync(path, { mode });
      this.#fresh.add(path);
      void this.#commits.flush(dirname(path));
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw fromSystem(error, { doing: "make", what: path });
    }
  }

  /** The size of a file that is there; undefined when nothing is. */
  sizeOf(segments: readonly string[]): number | undefined {
    const path = this.place(segments);
    const there = this.#fresh.has(dirname(path)) ? undefined : absent(() => Deno.lstatSync(path));
    if (!there) return undefined;
    if (!there.isFile) throw refusal("not-a-file", `${path} already exists and is not a regular file`);
    return there.size;
  }

  /** The modification time of a file that is there, in milliseconds since 1970. */
  modifiedOf(segments: readonly string[]): number | undefined {
    return absent(() => Deno.lstatSync(this.place(segments)))?.mtime?.getTime();
  }

  /**
   * Makes sure that no other name of this run leads to the same file: to some file systems names are the same that differ
   * in case or in their Unicode form.
   *
   * @throws {SystemError} `name-collision`
   */
  checkFree(segments: readonly string[]): void {
    const path = this.place(segments);
    this.#fresh.expect(dirname(path), segments.at(-1) ?? "");
    if (!this.#isFree(path)) this.#checkFree(path, segments);
  }

  #isFree(path: string): boolean {
    return this.#fresh.isFree(dirname(path), basename(path));
  }

  #checkFree(path: string, segments: readonly string[]): void {
    const there = absent(() => Deno.lstatSync(path));
    const first = there && this.#placed.get(placeKey(there, segments));
    if (first === undefined || first === segments.join("/")) return;
    throw refusal("name-collision", `the file system does not tell ${segments.join("/")} and ${first} apart`);
  }

  #claim(stat: Deno.FileInfo, segments: readonly string[]): void {
    this.#placed.set(placeKey(stat, segments), segments.join("/"));
  }

  /** The SHA-256 of a file that is there, in hex. */
  async digest(segments: readonly string[]): Promise<string> {
    using file = await Deno.open(this.place(segments), { read: true });
    return await digestOf(file, file.statSync().size);
  }

  /** Where a file is loaded to before it is whole: a place of its own, that no name of the tree can meet. */
  stage(segments: readonly string[]): string {
    return this.#stage.place(segments);
  }

  /** Returns a small file in memory, with the modification time and permission bits that it has on the server. */
  held(segments: readonly string[], size: number, { modified, mode }: SettledMetadata): BufferedFile {
    const file = this.place(segments);
    const staged = this.stage(segments);
    const open = () => this.#stage.open(staged);
    const name = (handle: Deno.FsFile) => this.#giveName(staged, handle, segments, mode);
    return new BufferedFile({ file, folder: dirname(file), staged, modified, open, name }, size, this.#commits);
  }

  /** Renames a complete file to its final path, with the modification time and permission bits that it has on the server. */
  async settle(staged: string, segments: readonly string[], { modified, mode }: SettledMetadata): Promise<string> {
    const path = this.place(segments);
    let file: Deno.FsFile | undefined;
    try {
      if (modified !== undefined) Deno.utimeSync(staged, new Date(), new Date(modified));
      const handle = file = Deno.openSync(staged, { read: true });
      await this.#commits.commit({
        folder: dirname(path),
        name: () => this.#giveName(staged, handle, segments, mode),
      });
    } catch (error) {
      // No later run looks for it there.
      await Deno.remove(staged).catch(() => {});
      throw fromSystem(error, { doing: "write", what: path });
    } finally {
      if (file) closeQuietly(file);
    }
    return path;
  }

  #giveName(staged: string, file: Deno.FsFile, segments: readonly string[], mode: string | undefined): void {
    // The folders on the way may have been replaced meanwhile.
    const path = this.place(segments);
    const fresh = this.#isFree(path);
    if (!fresh) this.#checkFree(path, segments);
    const release = releaseToRename(file);
    giveName({ path: staged, file, release }, path, { mode, fresh });
    this.#claim(fresh && !release ? openedStat(file) : Deno.lstatSync(path), segments);
  }

  /** Takes away what is not needed any more, and puts the names on the disk. */
  async close(): Promise<void> {
    await this.#commits.idle();
    await this.#stage.close();
    await syncFolder(this.#root);
  }
}

/** Metadata that a file gets with its name. */
interface SettledMetadata {
  readonly modified?: number;
  /** Permission bits, as octal digits of a peer. */
  readonly mode?: string;
}

/**
 * Returns the key of a file for `#placed`: its identity, or if the system has no exact one its names in the form in which Windows
 * compares them.
 */
export function placeKey(stat: Pick<Deno.FileInfo, "dev" | "ino">, segments: readonly string[]): string {
  return fileId(stat) ?? nameKey(segments.join("/"), { case: true, composition: false });
}

/** Whether a folder is empty, or is not there. */
export function holdsNothing(folder: string): boolean {
  try {
    for (const _ of Deno.readDirSync(folder)) return false;
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

/** Returns whether a name from a server can be that of a file on a system. */
export function isSafe(name: string, os?: Os): boolean {
  if (!isName(name, !isWindows(os)) || name === STAGE || isUnfinished(name)) return false;
  return !isWindows(os) || isWindowsName(name);
}

function refusal(code: string, message: string): SystemError {
  return new SystemError(message, { code, operation: "write" });
}
