import type { StatementSync } from "../../deps/node/sqlite.ts";
import type { RecordStore } from "./record_store.ts";
import type { SharedDatabase } from "./shared_database.ts";

/** Creates the table of records. */
export const RECORD_SCHEMA = `
  CREATE TABLE IF NOT EXISTS records (
    kind TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (kind, key)
  ) WITHOUT ROWID;
`;

/** Keeps records in an SQLite file. */
export class FileRecords implements RecordStore {
  readonly #file: SharedDatabase;
  readonly #all: StatementSync;
  readonly #save: StatementSync;
  readonly #remove: StatementSync;

  /** Uses a database. */
  constructor(file: SharedDatabase) {
    const { database } = this.#file = file;
    this.#all = database.prepare("SELECT text FROM records WHERE kind = ? ORDER BY key");
    this.#save = database.prepare("INSERT OR REPLACE INTO records (kind, key, text) VALUES (?, ?, ?)");
    this.#remove = database.prepare("DELETE FROM records WHERE kind = ? AND key = ?");
  }

  /** Returns all records of a kind. */
  all(kind: string): readonly string[] {
    try {
      return this.#all.all(kind).map(({ text }) => String(text));
    } catch (error) {
      throw this.#file.fail(error);
    }
  }

  /** Stores a record with the next commit; undefined removes it. */
  save(kind: string, key: string, text: string | undefined): void {
    try {
      this.#file.begin();
      if (text === undefined) this.#remove.run(kind, key);
      else this.#save.run(kind, key, text);
    } catch (error) {
      throw this.#file.fail(error);
    }
  }
}
