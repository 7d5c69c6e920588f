import { dirname, join, resolve } from "../../deps/std/path.ts";

/** Name of the private folders of this process; short, since the path of a socket is limited to 107 bytes. */
const NAME = `.tou-${crypto.randomUUID().slice(0, 6)}`;

/** Number of current uses of each folder. */
const uses = new Map<string, number>();
let count = 0;

/** Returns the folder next to a path in which this process creates a socket before it is moved to that path. */
export function privateFolder(path: string): string {
  return join(dirname(resolve(path)), NAME);
}

/** Name in the private folder next to a path, which only this user can access; the folder exists until it is disposed. */
export class PrivateName implements Disposable {
  /** Path with that name. */
  readonly path: string;
  readonly #folder: string;

  /**
   * Creates the folder if it is missing.
   *
   * Requires read and write permission for it.
   */
  constructor(beside: string) {
    this.#folder = privateFolder(beside);
    const used = uses.get(this.#folder) ?? 0;
    // An existing folder of another user is an error: that user could access it.
    if (used === 0) Deno.mkdirSync(this.#folder, { mode: 0o700 });
    uses.set(this.#folder, used + 1);
    this.path = join(this.#folder, (count++).toString(36));
  }

  /** Removes the file with the name, and the folder when nothing else uses it. */
  [Symbol.dispose](): void {
    const left = (uses.get(this.#folder) ?? 1) - 1;
    if (left > 0) uses.set(this.#folder, left);
    else uses.delete(this.#folder);
    removeQuietly(this.path);
    if (left === 0) removeQuietly(this.#folder);
  }
}

/** Removes a file or an empty folder, if it exists and that is permitted. */
export function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is gone, or must not be removed.
  }
}
