import { isForeign, SystemError } from "../../../core/mod.ts";
import { openStaged } from "../../../get/internal.ts";
import { sha256 } from "../../digest/sha256.ts";

/** Name of the folder for incomplete files; kept over runs, so that the next one resumes them. */
export const STAGE = ".toucan-get";
/** Milliseconds after which the folder is looked at again. */
const CHECK_MS = 50;

/** The folder of a tree in which files are before they are complete. */
export class StageFolder {
  readonly #root: string;
  readonly #enter: (path: string, mode: number) => void;
  /** When the folder was created or checked, by `performance.now()`. */
  #checked?: number;

  /** Takes the root of the tree; `enter` creates a folder unless it exists, and throws when a link or a file has its name. */
  constructor(root: string, enter: (path: string, mode: number) => void) {
    this.#root = root;
    this.#enter = enter;
  }

  get #path(): string {
    return `${this.#root}/${STAGE}`;
  }

  /**
   * Returns where a file is before it is complete: a place of its own, that no name of the tree can meet.
   *
   * @throws {SystemError} `not-owner`, and what `enter` throws.
   */
  place(segments: readonly string[]): string {
    if (this.#checked === undefined || performance.now() - this.#checked > CHECK_MS) this.#check();
    const hash = sha256();
    hash.update(new TextEncoder().encode(segments.join("/")));
    return `${this.#path}/${hash.digest().toHex().slice(0, 40)}`;
  }

  /** Makes a folder that only we may write to, or takes the one that an earlier run has made. */
  #check(): void {
    this.#enter(this.#path, 0o700);
    if (this.#checked === undefined && isForeign(Deno.lstatSync(this.#path), this.#root)) {
      throw new SystemError(`${this.#path} belongs to another user`, { code: "not-owner", operation: "write" });
    }
    this.#checked = performance.now();
  }

  /** Creates a file in a place, or empties that of an earlier run. */
  open(place: string): Deno.FsFile {
    try {
      return openStaged(place);
    } catch (error) {
      if (!(error instanceof SystemError) || error.code !== "file-not-found") throw error;
    }
    // Another run into this tree has ended, and has removed the empty folder.
    this.#check();
    return openStaged(place);
  }

  /** Removes the folder, unless it has incomplete files, with which the next run goes on. */
  async close(): Promise<void> {
    await Deno.remove(this.#path).catch(() => {});
  }
}
