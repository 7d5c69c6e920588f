import { countHidden } from "./hidden_names.ts";

/** An entry of a folder. */
export interface FolderEntry extends Deno.DirEntry {
  /**
   * Whether its name is not valid Unicode: the runtime lists it with U+FFFD in place of what is invalid, and opens nothing
   * by that name.
   */
  readonly unreadable: boolean;
}

/** Whether the runtime leaves names that are not UTF-8 out of listings, rather than listing them mangled. */
const LEAVES_OUT = /^2\.[0-8]\./.test(Deno.version.deno) && Deno.build.os === "linux";

/**
 * Reads the entries of a folder, and tells of those that cannot be opened since their names are not valid Unicode: no
 * file is left out in silence. Every folder whose entries a person may care about is read by this.
 *
 * Needs read permission for the folder.
 */
export class FolderReader implements AsyncIterable<FolderEntry> {
  /**
   * Entries that the runtime has not listed at all, as far as that can be told; after the last entry. Deno 2.8 and
   * earlier leave out names that are not UTF-8.
   */
  hidden = 0;
  readonly #path: string;

  /** Reads the folder at a path. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Gives the entries, in no order. */
  async *[Symbol.asyncIterator](): AsyncGenerator<FolderEntry> {
    const before = LEAVES_OUT ? Deno.statSync(this.#path) : undefined;
    const listed: string[] = [];
    let folders = 0;
    const seen = new Set<string>();
    for await (const entry of Deno.readDir(this.#path)) {
      if (before) {
        listed.push(entry.name);
        if (entry.isDirectory) folders++;
      }
      yield Object.assign(entry, { unreadable: this.#isMangled(entry.name, seen) });
    }
    if (!before) return;
    const after = Deno.statSync(this.#path);
    // While others write to it, the counts belong to another moment than the listing.
    const same = after.mtime?.getTime() === before.mtime?.getTime() && after.nlink === before.nlink;
    if (same) this.hidden = countHidden(after, listed, folders);
  }

  /** A valid name with U+FFFD in it exists, and only once. */
  #isMangled(name: string, seen: Set<string>): boolean {
    if (!name.includes("\ufffd")) return false;
    if (seen.has(name)) return true;
    seen.add(name);
    try {
      Deno.lstatSync(`${this.#path}/${name}`);
      return false;
    } catch (error) {
      return error instanceof Deno.errors.NotFound;
    }
  }
}
