import type { DatabaseSync, StatementSync } from "../../deps/node/sqlite.ts";
import type { MarkerStore } from "./history.ts";
import { MAX_MARKERS } from "./history_limits.ts";

/** Runs work on the database in the open transaction, and translates its errors. */
export type Transaction = <T>(work: () => T, change?: boolean) => T;

/** Stores markers in a history file. */
export class FileMarkers implements MarkerStore {
  readonly #transaction: Transaction;
  readonly #get: StatementSync;
  readonly #set: StatementSync;
  readonly #count: StatementSync;

  /** Prepares the statements. */
  constructor(database: DatabaseSync, transaction: Transaction) {
    this.#transaction = transaction;
    this.#get = database.prepare("SELECT time FROM markers WHERE account = ? AND target = ?");
    this.#set = database.prepare("INSERT OR REPLACE INTO markers (account, target, time) VALUES (?, ?, ?)");
    this.#count = database.prepare("SELECT count(*) AS count FROM markers WHERE account = ?");
  }

  /** Returns the time of a marker. */
  get(account: string, target: string): number | undefined {
    const row = this.#transaction(() => this.#get.get(account, target));
    return row && Number(row.time);
  }

  /** Sets a marker; returns false at the limit of markers. */
  set(account: string, target: string, time: number): boolean {
    return this.#transaction(() => {
      if (!this.#get.get(account, target) && Number(this.#count.get(account)?.count) >= MAX_MARKERS) return false;
      this.#set.run(account, target, time);
      return true;
    }, true);
  }
}
