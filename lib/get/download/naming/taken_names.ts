import { foldedName, foldingOf, type NameFolding, nameKey } from "../../../core/mod.ts";
import { join } from "../../../deps/std/path.ts";
import { shortenName } from "../../../http/codec/fields/file_name.ts";
import { MAX_PROPOSED_BYTES } from "./naming.ts";

/** A download of a batch whose name is not known yet. */
interface Pending {
  /** The probable name, from its URL, case-folded. */
  readonly likely: string;
  /** Resolves when it has a name, or will have none for now. */
  readonly settled: PromiseWithResolvers<void>;
}

/** State of each set of taken paths. */
const known = new WeakMap<Set<string>, TakenNames>();

/** Suffixes of the files beside an incomplete download (see part_file.ts). */
const BESIDE = [".part", ".part.json"];

/** Assigns file names within a batch of downloads: no two get the same path, in whatever order the responses arrive. */
export class TakenNames {
  readonly #paths: Set<string>;
  /** The paths, keyed by their case-folded form. */
  readonly #folded = new Map<string, Set<string>>();
  /** The next number of a name, by its path without a number. */
  readonly #numbers = new Map<string, number>();
  #indexed = 0;
  readonly #foldings = new Map<string, NameFolding>();
  readonly #pending = new Set<Pending>();

  private constructor(paths: Set<string>) {
    this.#paths = paths;
  }

  /** Returns the names of a set of paths that callers share. */
  static of(paths: Set<string>): TakenNames {
    const found = known.get(paths) ?? new TakenNames(paths);
    known.set(paths, found);
    return found;
  }

  /** Reserves a path in a folder: the name itself, or with a number before its extension. */
  take(folder: string, name: string): string {
    // Callers may have added paths.
    if (this.#indexed !== this.#paths.size) { for (const path of this.#paths) this.#add(path); }
    const first = join(folder, name);
    for (let number = this.#numbers.get(first) ?? 1;; number++) {
      const path = join(folder, shortenName(name, MAX_PROPOSED_BYTES, number === 1 ? "" : `-${number}`));
      if (relatedPaths(path).some((related) => this.#isTaken(folder, related))) continue;
      this.#numbers.set(first, number + 1);
      this.#paths.add(path);
      this.#add(path);
      return path;
    }
  }

  #isTaken(folder: string, path: string): boolean {
    if (this.#paths.has(path)) return true;
    const similar = this.#folded.get(foldedName(path));
    if (!similar) return false;
    const folding = this.#foldings.get(folder) ?? foldingOf(folder);
    this.#foldings.set(folder, folding);
    const key = nameKey(path, folding);
    return [...similar].some((other) => nameKey(other, folding) === key);
  }

  #add(path: string): void {
    const key = foldedName(path);
    const similar = this.#folded.get(key) ?? new Set();
    this.#folded.set(key, similar.add(path));
    this.#indexed = this.#paths.size;
  }

  /** Queues a download. */
  enter(likelyName: string): NameTurn {
    const pending = { likely: foldedName(likelyName), settled: Promise.withResolvers<void>() };
    const before = [...this.#pending];
    this.#pending.add(pending);
    return {
      async come(name) {
        const keys = relatedPaths(foldedName(name));
        for (const { likely, settled } of before) if (keys.includes(likely)) await settled.promise;
      },
      settle: () => {
        this.#pending.delete(pending);
        pending.settled.resolve();
      },
    };
  }
}

/** A download's place in the queue for names. */
export interface NameTurn {
  /** Resolves when no earlier download is likely to use this name, so that numbers follow the order of the batch. */
  come(name: string): Promise<void>;
  /** Reports that it has a name, or will have none for now. */
  settle(): void;
}

/** Returns a path, those of its part files, and the path whose part file it would be: these would overwrite each other. */
function relatedPaths(path: string): string[] {
  const owners = BESIDE.filter((ending) => path.toLowerCase().endsWith(ending)).map((end) =>
    path.slice(0, -end.length)
  );
  return [path, ...BESIDE.map((ending) => path + ending), ...owners];
}
