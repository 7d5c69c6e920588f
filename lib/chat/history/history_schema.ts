import type { DatabaseSync, StatementSync } from "../../deps/node/sqlite.ts";
import type { HistoryEntry } from "./history.ts";

/** Sets how long a statement waits for a lock. */
export const BUSY_TIMEOUT = "PRAGMA busy_timeout = 2000";
const COLUMNS = ["place", "id", "time", "channel", "line", "tags", "only"];
/** Creates the tables and indexes. */
export const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS lines (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    time INTEGER NOT NULL,
    channel TEXT NOT NULL,
    line TEXT NOT NULL,
    tags TEXT NOT NULL,
    only TEXT
  );
  CREATE INDEX IF NOT EXISTS in_order ON lines (channel, place, time);
  CREATE INDEX IF NOT EXISTS by_time ON lines (channel, time, place);
  DROP INDEX IF EXISTS of_channel;
  CREATE TABLE IF NOT EXISTS channels (key TEXT PRIMARY KEY, saved INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
`;
/** Channels that have lines, the least recently active first: each is found by one lookup in the index. */
export const CHANNELS_BY_ACTIVITY = `
  WITH RECURSIVE found (channel) AS (
    SELECT min(channel) FROM lines
    UNION ALL SELECT (SELECT min(channel) FROM lines WHERE channel > found.channel) FROM found WHERE found.channel IS NOT NULL
  )
  SELECT channel FROM found WHERE channel IS NOT NULL
  ORDER BY (SELECT max(place) FROM lines WHERE lines.channel = found.channel)
`;
/** Number of lines, per channel and in total, after which old lines are deleted. */
export const CLEANUP_INTERVAL_LINES = 500;
/** Bytes in use: free pages are reused before the file grows. */
const USED_BYTES = `SELECT (page_count - freelist_count) * page_size AS bytes
  FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()`;
const DELETE_OLDEST =
  `DELETE FROM lines WHERE place <= (SELECT place FROM lines ORDER BY place LIMIT 1 OFFSET ${CLEANUP_INTERVAL_LINES})`;

/** Prepared statements of a history. */
export interface HistoryStatements {
  /** Adds a line. */
  readonly insert: StatementSync;
  /** Selects the position of a line. */
  readonly positionOf: StatementSync;
  /** Deletes the oldest lines of a channel above its limit. */
  readonly trim: StatementSync;
  /** Deletes a line. */
  readonly remove: StatementSync;
  /** Deletes all lines of a channel. */
  readonly deleteLines: StatementSync;
  /** Selects the positions of the lines with one time. */
  readonly positionsOf: StatementSync;
  /** Stores a channel. */
  readonly saveChannel: StatementSync;
  /** Removes a channel. */
  readonly removeChannel: StatementSync;
  /** Selects the bytes in use. */
  readonly used: StatementSync;
  /** Deletes a block of the oldest lines. */
  readonly deleteOldest: StatementSync;
}

/** Prepares the statements of a history with at most `lines` lines per channel. */
export function prepareStatements(database: DatabaseSync, lines: number): HistoryStatements {
  return {
    insert: database.prepare(
      "INSERT INTO lines (id, time, channel, line, tags, only) VALUES (?, ?, ?, ?, ?, ?)",
    ),
    positionOf: database.prepare("SELECT place, time FROM lines WHERE id = ? AND channel = ?"),
    trim: database.prepare(
      `DELETE FROM lines WHERE channel = ? AND place <
         (SELECT place FROM lines WHERE channel = ? ORDER BY place DESC LIMIT 1 OFFSET ${lines - 1})`,
    ),
    remove: database.prepare("DELETE FROM lines WHERE channel = ? AND id = ?"),
    deleteLines: database.prepare("DELETE FROM lines WHERE channel = ?"),
    positionsOf: database.prepare(
      "SELECT min(place) AS first, max(place) AS last FROM lines WHERE channel = ? AND time = ?",
    ),
    saveChannel: database.prepare("INSERT OR REPLACE INTO channels (key, saved, state) VALUES (?, ?, ?)"),
    removeChannel: database.prepare("DELETE FROM channels WHERE key = ?"),
    used: database.prepare(USED_BYTES),
    deleteOldest: database.prepare(DELETE_OLDEST),
  };
}

/** Returns whether a database is empty or a chat history; no other database is written to. */
export function isChatHistory(database: DatabaseSync): boolean {
  const names = (query: string) => database.prepare(query).all().map(({ name }) => name);
  if (names("SELECT name FROM sqlite_master").length === 0) return true;
  const columns = names("SELECT name FROM pragma_table_info('lines')");
  return COLUMNS.every((column) => columns.includes(column));
}

/** Returns a row of the lines as an entry. */
export function readEntry(row: Readonly<Record<string, unknown>>): HistoryEntry {
  const { place, id, time, channel, line, tags, only } = row;
  return {
    place: Number(place),
    id: String(id),
    time: Number(time),
    channel: String(channel),
    line: String(line),
    tags: String(tags),
    ...(typeof only === "string" ? { only } : {}),
  };
}
