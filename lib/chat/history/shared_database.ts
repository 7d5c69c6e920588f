import type { DatabaseSync } from "../../deps/node/sqlite.ts";

/** Database of a history, as those see it who keep other things in it, such as accounts. */
export interface SharedDatabase {
  /** The database; its tables exist. */
  readonly database: DatabaseSync;
  /** Begins a transaction, unless one is open; its owner commits it. */
  begin(): void;
  /** Returns an error of SQLite as one of the file. */
  fail(error: unknown): unknown;
}
