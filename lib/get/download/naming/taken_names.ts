import { foldedName, foldingOf, type NameFolding, nameKey } from "../../../core/mod.ts";
import { join } from "../../../deps/std/path.ts";
import { shortenName } from "../../../http/codec/fields/file_name.ts";
import { MAX_PROPOSED_BYTES } from "./naming.ts";

/** A download whose name is not known yet, among others of its batch. */
interface Pending {
  /** The name that its URL alone makes likely, folded. */
  readonly likely: string;
  /** Resolves when it has its name, or gets none for the time being. */
  readonly settled: PromiseWithResolvers<void>;
}

/** What is known of each set of taken paths. */
const known = new WeakMap<Set<string>, TakenNames>();

/** Endings of what a download keeps beside its file until it is whole (see part_file.ts). */
const BESIDE = [".part", ".part.json"];

/** The files of a batch of downloads: no two of them get one path, in whatever order their responses come. */
export class TakenNames {
  readonly #paths: Set<string>;
  /** The paths by what they are where all is folded that a file system folds. */
  readonly #folded = new Map<string, Set<string>>();
  /** The number that a name gets next, by its path without one. */
  readonly #numbers = new Map<string, number>();
  #indexed = 0;
  readonly #foldings = new Map<string, NameFolding>();
  readonly #pending = new Set<Pending>();

  private constructor(paths: Set<string>) {
    this.#paths = paths;
  }

  /** Those of this set of paths, which is what callers share. */
  static of(paths: Set<string>): TakenNames {
    const found = known.get(paths) ?? new TakenNames(paths);
    known.set(paths, found);
    return found;
  }

  /** Takes a path in a folder: under the name as it is, or with a number before its ending. */
  take(folder: string, name: string): string {
    // Callers may have added paths of their own.
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

  /** Enters a download in line. */
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

/** The place of a download in the line of those that want a name. */
export interface NameTurn {
  /** Resolves when no earlier download is likely to take this name: so numbers follow the order of a batch. */
  come(name: string): Promise<void>;
  /** Says that it has its name, or gets none for the time being. */
  settle(): void;
}

/** A path, those of the files beside it, and that of a file which it would lie beside: of two such, one would write the other. */
function relatedPaths(path: string): string[] {
  const owners = BESIDE.filter((ending) => path.toLowerCase().endsWith(ending)).map((end) =>
    path.slice(0, -end.length)
  );
  return [path, ...BESIDE.map((ending) => path + ending), ...owners];
}
