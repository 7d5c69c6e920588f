import { flushesFolders, fromSystem, isWindows, isWindowsTrap, type Os, SystemError } from "../../core/mod.ts";
import { join } from "../../deps/std/path.ts";
import { isDotFile, isUnfinished } from "../codec/path.ts";

/** A file that was opened, or a folder, below the root. */
export type Found = FoundFile | FoundFolder;

/** An open file below the root. The caller closes it. */
export interface FoundFile {
  /** Discriminates files from folders. */
  readonly kind: "file";
  /** The file. */
  readonly file: Deno.FsFile;
  /** Metadata of the open file. */
  readonly stat: Deno.FileInfo;
  /** Where it lies, without symbolic links. */
  readonly path: string;
}

/** A folder below the root. */
export interface FoundFolder {
  /** Discriminates folders from files. */
  readonly kind: "folder";
  /** Metadata of the folder. */
  readonly stat: Deno.FileInfo;
  /** Where it lies, without symbolic links. */
  readonly path: string;
}

/** Folders in which the runtime opens files only for programs with every permission, such as `/dev/shm`. */
const MOUNTED = "make it accessible below another path, such as with mount --bind, or serve a copy";
/** Errors for a path that does not exist, or must look like that. */
const ABSENT = new Set([
  "NotFound",
  "NotADirectory",
  "FilesystemLoop",
  "PermissionDenied",
  // A link led to where the sandbox lets nothing be opened; the root itself was opened at the start.
  "NotCapable",
  "InvalidData",
  "TypeError",
]);

/**
 * The folder that is served, and which is never left: whatever a path says, what was opened is compared with what lies
 * below the root without any symbolic link. Looking at metadata is done by blocking calls, which take 2 to 4 µs; opening
 * is not, since a pipe that took the place of a file would block.
 */
export class Root {
  /** Where it lies, without symbolic links. */
  readonly path: string;
  /** Whether names that begin with a dot are served. */
  readonly #dotFiles: boolean;
  readonly #os: Os | undefined;

  /**
   * Takes a folder as the root. Needs read permission for it.
   *
   * @throws {SystemError} `file-not-found`, `not-a-directory`, `permission-denied` and the like.
   */
  constructor(folder: string, options: { readonly dotFiles?: boolean; readonly os?: Os } = {}) {
    let real = folder;
    try {
      real = Deno.realPathSync(folder);
      if (!Deno.statSync(real).isDirectory) {
        throw new SystemError(`${folder} is not a folder`, { code: "not-a-directory", operation: "serve" });
      }
      Deno.readDirSync(real)[Symbol.iterator]().next();
      // What lies among devices can be looked at, but the sandbox does not let it be opened.
      if (flushesFolders(options.os)) Deno.openSync(real).close();
    } catch (error) {
      const known = fromSystem(error, { doing: "serve", what: folder });
      if (!(known instanceof SystemError && /^\/(?:dev|proc|sys)(?:\/|$)/.test(real))) throw known;
      const { message, code, operation, peer, cause } = known;
      throw new SystemError(message, { code, operation, peer, cause, hint: MOUNTED });
    }
    this.path = real;
    this.#dotFiles = options.dotFiles ?? false;
    this.#os = options.os;
  }

  /** Where the names lead, before anything was looked at. */
  join(segments: readonly string[]): string {
    return join(this.path, ...segments);
  }

  /** Whether a name is one that is shown and served. */
  shows(name: string): boolean {
    if (isUnfinished(name) || (isWindows(this.#os) && isWindowsTrap(name))) return false;
    return this.#dotFiles || !isDotFile(name);
  }

  /** Whether a path without symbolic links lies below the root, and every name on the way is shown. */
  holds(real: string): boolean {
    if (real === this.path) return true;
    const windows = isWindows(this.#os);
    const top = /[/\\]$/.test(this.path) ? this.path : `${this.path}${windows ? "\\" : "/"}`;
    if (!real.startsWith(top)) return false;
    return real.slice(top.length).split(windows ? /[/\\]/ : "/").every((name) => this.shows(name));
  }

  /**
   * Returns the target of a path: a regular file, opened, or a folder. Undefined when it does not exist, is of another
   * type, lies outside or is hidden, or changes its place while it is opened.
   *
   * @throws {Deno.errors.PermissionDenied} When the system does not let a file below the root be read.
   */
  async find(segments: readonly string[]): Promise<Found | undefined> {
    if (!segments.every((name) => this.shows(name))) return undefined;
    const path = this.join(segments);
    try {
      const look = present(() => Deno.statSync(path));
      if (look?.isDirectory) return this.#folder(path);
      return look?.isFile ? await this.#file(path) : undefined;
    } catch (error) {
      if (error instanceof Deno.errors.PermissionDenied && !this.#owns(segments)) return undefined;
      throw error;
    }
  }

  /** The folder that the names lead to. */
  findFolder(segments: readonly string[]): FoundFolder | undefined {
    return segments.every((name) => this.shows(name)) ? this.#folder(this.join(segments)) : undefined;
  }

  /** The metadata of what the names lead to, a regular file or a folder, without opening it. */
  findStat(segments: readonly string[]): Omit<FoundFile, "file"> | FoundFolder | undefined {
    if (!segments.every((name) => this.shows(name))) return undefined;
    return absent(() => {
      const path = Deno.realPathSync(this.join(segments));
      const stat = Deno.lstatSync(path);
      if (!this.holds(path)) return undefined;
      return stat.isDirectory ? { kind: "folder", path, stat } : stat.isFile ? { kind: "file", path, stat } : undefined;
    });
  }

  /** Whether what cannot be read lies below the root; what lies behind a link that leads elsewhere is not told of. */
  #owns(segments: readonly string[]): boolean {
    const real = absent(() => Deno.realPathSync(this.join(segments)));
    if (real !== undefined) return this.holds(real);
    return segments.every((_, i) =>
      absent(() => Deno.lstatSync(this.join(segments.slice(0, i + 1))))?.isSymlink !== true
    );
  }

  #folder(path: string): FoundFolder | undefined {
    return absent(() => {
      const real = Deno.realPathSync(path);
      const stat = Deno.lstatSync(real);
      return stat.isDirectory && this.holds(real) ? { kind: "folder", path: real, stat } : undefined;
    });
  }

  async #file(path: string): Promise<FoundFile | undefined> {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(path, { read: true });
    } catch (error) {
      return present(() => {
        throw error;
      });
    }
    const found = absent((): FoundFile | undefined => {
      const stat = file.statSync();
      const real = Deno.realPathSync(path);
      const there = Deno.lstatSync(real);
      const same = stat.isFile && there.dev === stat.dev && there.ino === stat.ino;
      return same && this.holds(real) ? { kind: "file", file, stat, path: real } : undefined;
    });
    if (!found) file.close();
    return found;
  }
}

/** Returns the result of a call; undefined when the system reports that the path does not exist. */
export function absent<T>(look: () => T, counts: (error: Error) => boolean = () => true): T | undefined {
  try {
    return look();
  } catch (error) {
    const named = error instanceof Error && (ABSENT.has(error.name) || nameTooLong(error));
    if (named && counts(error)) return undefined;
    throw error;
  }
}

/** The same, but what may not be read is there. */
function present<T>(look: () => T): T | undefined {
  return absent(look, (error) => error.name !== "PermissionDenied");
}

function nameTooLong(error: Error): boolean {
  return "code" in error && (error.code === "ENAMETOOLONG" || error.code === "ELOOP" || error.code === "EINVAL");
}
