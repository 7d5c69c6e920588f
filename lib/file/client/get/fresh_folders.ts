/** Names that no file system takes for another one that differs in more than case; `~` is in the short names of Windows. */
const PLAIN = /^[\w .,+=@()-]+$/;

interface Fresh {
  /** Whether all names so far are plain. */
  plain: boolean;
  /** The name of each key; null when several names have it. */
  readonly names: Map<string, string | null>;
}

/**
 * Folders in which nothing was before a run. Of most names in them it is known that no other file has them, without a question to the
 * file system.
 */
export class FreshFolders {
  readonly #folders = new Map<string, Fresh>();

  /** Adds a folder that is empty. */
  add(folder: string): void {
    this.#folders.set(folder, { plain: true, names: new Map() });
  }

  /** Returns whether a folder was empty. */
  has(folder: string): boolean {
    return this.#folders.has(folder);
  }

  /** Notes that a name will be placed in a folder. */
  expect(folder: string, name: string): void {
    const fresh = this.#folders.get(folder);
    if (!fresh) return;
    if (!PLAIN.test(name)) fresh.plain = false;
    const key = name.toLowerCase();
    const first = fresh.names.get(key);
    if (first !== name) fresh.names.set(key, first === undefined ? name : null);
  }

  /** Returns whether nothing in a folder can be the same as a name that was expected there, whatever names the file system tells apart. */
  isFree(folder: string, name: string): boolean {
    const fresh = this.#folders.get(folder);
    return fresh?.plain === true && fresh.names.get(name.toLowerCase()) === name;
  }
}
