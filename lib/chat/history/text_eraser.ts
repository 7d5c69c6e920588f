import type { DatabaseSync, StatementSync } from "../../deps/node/sqlite.ts";
import type { RecordStore } from "./record_store.ts";

const KIND = "erasing";
/** Pages of the index merged in one step: about 10 ms. */
const PAGES = 100;
/** Time between two runs because of expired texts, of which there may be some every minute: a run rewrites the index. */
const EXPIRY_INTERVAL_MS = 3_600_000;

/**
 * Removes deleted texts from the file itself. SQLite overwrites deleted rows (`secure_delete`), but their words stay in
 * the index of the search until its parts are merged, and their pages in the write-ahead log until it is truncated: both
 * are done in steps, so that no client waits for it. Work that is left over is continued after a restart.
 */
export class TextEraser {
  readonly #database: DatabaseSync;
  readonly #records: RecordStore;
  readonly #merge: StatementSync;
  readonly #changes: StatementSync;
  #state: "idle" | "merging" | "merged" = "idle";
  /** Time of the next run, as of `performance.now`; undefined when none is wanted. */
  #next?: number;
  #lastRun = -Infinity;

  /** Continues the work that was left over. */
  constructor(database: DatabaseSync, records: RecordStore) {
    this.#database = database;
    this.#records = records;
    this.#merge = database.prepare("INSERT INTO words (words, rank) VALUES ('merge', ?)");
    this.#changes = database.prepare("SELECT total_changes() AS count");
    if (records.all(KIND).length > 0) this.#next = 0;
  }

  /** Whether there is work now. */
  get needed(): boolean {
    return this.#state !== "idle" || (this.#next !== undefined && performance.now() >= this.#next);
  }

  /** Records that texts were deleted, in the same transaction: by their authors, or because they have expired. */
  deleted(why: "removed" | "expired"): void {
    this.#records.save(KIND, "texts", "1");
    const next = why === "removed" ? 0 : this.#lastRun + EXPIRY_INTERVAL_MS;
    this.#next = Math.min(this.#next ?? Infinity, next);
  }

  /** Does a step, in a transaction; `truncate` follows its commit. */
  step(): void {
    if (this.#state === "idle") {
      this.#next = undefined;
      this.#lastRun = performance.now();
      this.#mergeOnce(-PAGES);
    } else if (this.#state === "merging" && !this.#mergeOnce(PAGES)) {
      if (this.#next === undefined) this.#records.save(KIND, "texts", undefined);
      this.#state = "merged";
    }
  }

  /** Truncates the write-ahead log, outside of a transaction, once all is merged. */
  truncate(): void {
    if (this.#state !== "merged") return;
    const { busy } = this.#database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() ?? {};
    if (busy === 0) this.#state = "idle";
  }

  /** Merges some pages, at first of all parts of the index; returns false when nothing was left. */
  #mergeOnce(pages: number): boolean {
    const count = () => Number(this.#changes.get()?.count);
    const before = count();
    this.#merge.run(pages);
    this.#state = "merging";
    // One change is the command itself (SQLite, FTS5, section 6.7).
    return count() - before >= 2;
  }
}
