import { DatabaseSync, type StatementSync } from "../../deps/node/sqlite.ts";
import { SystemError } from "../../core/mod.ts";
import { backUp, prepareDatabase } from "./database_file.ts";
import { indexWords } from "./file_search.ts";
import { BUSY_TIMEOUT, CONNECTION, readEntry, SCHEMA, VERSION } from "./history_schema.ts";

/** Columns of the lines in version 1. */
const COLUMNS = ["place", "id", "time", "channel", "line", "tags", "only"];
const IN_MEMORY = ":memory:";

/**
 * Opens the database of a history, or creates it. A file of version 1 is copied and migrated, all or nothing.
 *
 * @throws {SystemError} `not-a-file`, `not-owner`, `history-unusable` when it was written by a newer version.
 */
export function openDatabase(path: string): DatabaseSync {
  prepareDatabase(path);
  let database = connect(path);
  try {
    const version = versionOf(database);
    if (version === undefined) throw new Error("not a chat history database");
    if (version > VERSION) {
      throw new SystemError(
        `cannot use the history file ${path}: written by a newer version (format ${version}; supported: up to ${VERSION})`,
        { code: "history-unusable", operation: "history" },
      );
    }
    if (version === 0 || version === VERSION) {
      database.exec(CONNECTION + SCHEMA);
      return database;
    }
    // Closed first: the last connection writes all to the file itself.
    database.close();
    if (path !== IN_MEMORY) backUp(path);
    database = connect(path);
    database.exec(CONNECTION);
    migrate(database);
    return database;
  } catch (error) {
    if (database.isOpen) database.close();
    throw error;
  }
}

function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(BUSY_TIMEOUT);
  return database;
}

/** Returns the version of a history, 0 for an empty database; undefined for another database, which is left alone. */
function versionOf(database: DatabaseSync): number | undefined {
  const names = (query: string) => database.prepare(query).all().map(({ name }) => String(name));
  const tables = names("SELECT name FROM sqlite_master");
  if (tables.length === 0) return 0;
  const columns = names("SELECT name FROM pragma_table_info('lines')");
  if (!COLUMNS.every((column) => columns.includes(column))) return undefined;
  if (!tables.includes("format")) return 1;
  return Number(database.prepare("SELECT version FROM format").get()?.version ?? VERSION);
}

/** Migrates version 1: ids are unique per channel, and messages can be searched. */
function migrate(database: DatabaseSync): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    database.exec(`
      ALTER TABLE lines RENAME TO lines_1;
      DROP INDEX IF EXISTS in_order;
      DROP INDEX IF EXISTS by_time;
      DROP INDEX IF EXISTS of_channel;
      ${SCHEMA}
      INSERT INTO lines (place, id, time, channel, line, tags, only)
        SELECT place, id, time, channel, line, tags, only FROM lines_1 ORDER BY place;
      DROP TABLE lines_1;
    `);
    const insert: StatementSync = database.prepare(
      "INSERT INTO words (rowid, target, sender, text) VALUES (?, ?, ?, ?)",
    );
    for (const row of database.prepare("SELECT * FROM lines").iterate()) {
      const entry = readEntry(row);
      indexWords(insert, entry.place, entry);
    }
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
