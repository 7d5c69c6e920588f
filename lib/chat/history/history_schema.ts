import type { DatabaseSync, StatementSync } from "../../deps/node/sqlite.ts";
import type { HistoryEntry } from "./history.ts";

/** Sets how long a statement waits for a lock. */
export const BUSY_TIMEOUT = "PRAGMA busy_timeout = 2000";
/** Lets statements fail at a lock. */
export const NO_WAIT = "PRAGMA busy_timeout = 0";
/** Version of the tables; version 1 has neither a number nor events, accounts and words. */
export const VERSION = 2;
/** Settings of a connection. */
export const CONNECTION = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;";
/** Creates the tables and indexes. */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS lines (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    time INTEGER NOT NULL,
    channel TEXT NOT NULL,
    line TEXT NOT NULL,
    tags TEXT NOT NULL,
    only TEXT,
    account TEXT,
    event INTEGER NOT NULL DEFAULT 0
  );
  CREATE UNIQUE INDEX IF NOT EXISTS by_id ON lines (id, channel);
  CREATE INDEX IF NOT EXISTS in_order ON lines (channel, place, time);
  CREATE INDEX IF NOT EXISTS messages_in_order ON lines (channel, place, time) WHERE event = 0;
  CREATE INDEX IF NOT EXISTS events_in_order ON lines (channel, place) WHERE event = 1;
  CREATE INDEX IF NOT EXISTS by_time ON lines (channel, time, place);
  CREATE TABLE IF NOT EXISTS channels (key TEXT PRIMARY KEY, saved INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS talks (
    account TEXT NOT NULL, other TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (account, other)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS markers (
    account TEXT NOT NULL, target TEXT NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (account, target)
  ) WITHOUT ROWID;
  CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    target, sender, text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
  );
  CREATE TRIGGER IF NOT EXISTS unlisted AFTER DELETE ON lines WHEN old.event = 0 BEGIN
    DELETE FROM words WHERE rowid = old.place;
  END;
  CREATE TABLE IF NOT EXISTS format (version INTEGER NOT NULL);
  INSERT INTO format SELECT ${VERSION} WHERE NOT EXISTS (SELECT 1 FROM format);
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
/** Blocks of lines deleted at once: the file shrinks by more than it grows, and no client waits long. */
export const MAX_BLOCKS = 4;
/** Bytes in use: free pages are reused before the file grows. */
const USED_BYTES = `SELECT (page_count - freelist_count) * page_size AS bytes
  FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()`;
const DELETE_OLDEST =
  `DELETE FROM lines WHERE place <= (SELECT place FROM lines ORDER BY place LIMIT 1 OFFSET ${CLEANUP_INTERVAL_LINES})
   RETURNING channel, event`;

/** Prepared statements of a history. */
export interface HistoryStatements {
  /** Adds a line. */
  readonly insert: StatementSync;
  /** Adds the words of a message. */
  readonly insertWords: StatementSync;
  /** Adds a private conversation to the list of an account. */
  readonly insertTalk: StatementSync;
  /** Selects the private conversations of an account. */
  readonly talks: StatementSync;
  /** Selects the position of a line. */
  readonly positionOf: StatementSync;
  /** Deletes a line. */
  readonly remove: StatementSync;
  /** Deletes all lines of a channel. */
  readonly deleteLines: StatementSync;
  /** Deletes the lines of a channel before a time. */
  readonly expire: StatementSync;
  /** Selects the positions of the lines with one time. */
  readonly positionsOf: StatementSync;
  /** Stores a channel. */
  readonly saveChannel: StatementSync;
  /** Removes a channel. */
  readonly removeChannel: StatementSync;
  /** Selects the last messages of a channel. */
  readonly lastMessages: StatementSync;
  /** Selects the last events of a channel. */
  readonly lastEvents: StatementSync;
  /** Selects the bytes in use. */
  readonly used: StatementSync;
  /** Deletes a block of the oldest lines, and selects their channels. */
  readonly deleteOldest: StatementSync;
}

/** Prepares the statements of a history. */
export function prepareStatements(database: DatabaseSync): HistoryStatements {
  return {
    insert: database.prepare(
      "INSERT INTO lines (place, id, time, channel, line, tags, only, account, event) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ),
    insertWords: database.prepare("INSERT INTO words (rowid, target, sender, text) VALUES (?, ?, ?, ?)"),
    insertTalk: database.prepare(
      "INSERT INTO talks (account, other, place) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET place = max(place, excluded.place)",
    ),
    talks: database.prepare("SELECT other FROM talks WHERE account = ? ORDER BY place DESC LIMIT ?"),
    positionOf: database.prepare("SELECT place, time FROM lines WHERE id = ? AND channel = ?"),
    remove: database.prepare("DELETE FROM lines WHERE channel = ? AND id = ?"),
    deleteLines: database.prepare("DELETE FROM lines WHERE channel = ?"),
    expire: database.prepare("DELETE FROM lines WHERE channel = ? AND time < ?"),
    positionsOf: database.prepare(
      "SELECT min(place) AS first, max(place) AS last FROM lines WHERE channel = ? AND time = ?",
    ),
    saveChannel: database.prepare("INSERT OR REPLACE INTO channels (key, saved, state) VALUES (?, ?, ?)"),
    removeChannel: database.prepare("DELETE FROM channels WHERE key = ?"),
    lastMessages: database.prepare(
      "SELECT * FROM lines INDEXED BY messages_in_order WHERE channel = ? AND event = 0 ORDER BY place DESC LIMIT ?",
    ),
    lastEvents: database.prepare(
      "SELECT * FROM lines INDEXED BY events_in_order WHERE channel = ? AND event = 1 ORDER BY place DESC LIMIT ?",
    ),
    used: database.prepare(USED_BYTES),
    deleteOldest: database.prepare(DELETE_OLDEST),
  };
}

/** Returns a row of the lines as an entry. */
export function readEntry(row: Readonly<Record<string, unknown>>): HistoryEntry {
  const { place, id, time, channel, line, tags, only, account, event } = row;
  return {
    place: Number(place),
    id: String(id),
    time: Number(time),
    channel: String(channel),
    line: String(line),
    tags: String(tags),
    ...(typeof only === "string" ? { only } : {}),
    ...(typeof account === "string" ? { account } : {}),
    ...(event === 1 ? { event: true } : {}),
  };
}
