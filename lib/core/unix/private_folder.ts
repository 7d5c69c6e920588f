import { dirname, join, resolve } from "../../deps/std/path.ts";

/** What tells the folders of this process from those of others; short, since the path of a socket has 107 bytes at most. */
const NAME = `.tou-${crypto.randomUUID().slice(0, 6)}`;

/** How many uses each folder has at the moment. */
const uses = new Map<string, number>();
let count = 0;

/** Returns the folder beside a path in which this process makes a socket before it gets that path. */
export function privateFolder(path: string): string {
  return join(dirname(resolve(path)), NAME);
}

/** A name in the private folder beside a path, which only this user can reach; the folder is there until it is disposed of. */
export class PrivateName implements Disposable {
  /** The path with that name. */
  readonly path: string;
  readonly #folder: string;

  /**
   * Makes the folder where it is missing.
   *
   * Needs read and write permission for it.
   */
  constructor(beside: string) {
    this.#folder = privateFolder(beside);
    const used = uses.get(this.#folder) ?? 0;
    // A folder that is there already and not ours is an error: another user could reach into it.
    if (used === 0) Deno.mkdirSync(this.#folder, { mode: 0o700 });
    uses.set(this.#folder, used + 1);
    this.path = join(this.#folder, (count++).toString(36));
  }

  /** Removes what has the name, and the folder when nothing else uses it. */
  [Symbol.dispose](): void {
    const left = (uses.get(this.#folder) ?? 1) - 1;
    if (left > 0) uses.set(this.#folder, left);
    else uses.delete(this.#folder);
    removeQuietly(this.path);
    if (left === 0) removeQuietly(this.#folder);
  }
}

/** Removes a file or an empty folder that may be gone already. */
export function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is gone, or not ours to remove.
  }
}
