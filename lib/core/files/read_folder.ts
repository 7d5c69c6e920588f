import { countHidden } from "./hidden_names.ts";

/** Entry of a folder. */
export interface FolderEntry extends Deno.DirEntry {
  /**
   * Whether its name is not valid Unicode: the runtime lists it with U+FFFD in place of invalid bytes, and cannot open it
   * by that name.
   */
  readonly unreadable: boolean;
}

/** Whether the runtime omits names that are not UTF-8 from listings, instead of listing them mangled. */
const LEAVES_OUT = /^2\.[0-8]\./.test(Deno.version.deno) && Deno.build.os === "linux";

/**
 * Reads the entries of a folder, and reports those that cannot be opened since their names are not valid Unicode: no
 * file is omitted silently. Every folder whose entries matter to a user is read by this.
 *
 * Requires read permission for the folder.
 */
export class FolderReader implements AsyncIterable<FolderEntry> {
  /**
   * Number of entries that the runtime has not listed, as far as it is known; after the last entry. Deno 2.8 and
   * earlier omit names that are not UTF-8.
   */
  hidden = 0;
  readonly #path: string;

  /** Reads the folder at a path. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Yields the entries, in no order. */
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
    // While others write to it, the metadata is of another moment than the listing.
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
