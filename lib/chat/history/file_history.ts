import { fromSystem, isUnknownFailure, SystemError } from "../../core/mod.ts";
import { DatabaseSync, type StatementSync } from "../../deps/node/sqlite.ts";
import { prepareDatabase } from "./database_file.ts";
import type {
  History,
  HistoryEntry,
  HistoryPosition,
  HistoryRange,
  NewHistoryEntry,
  PositionRange,
} from "./history.ts";

const BUSY_TIMEOUT = "PRAGMA busy_timeout = 2000";
const COLUMNS = ["place", "id", "time", "channel", "line", "tags", "only"];
const SCHEMA = `
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
const CHANNELS_BY_ACTIVITY = `
  WITH RECURSIVE found (channel) AS (
    SELECT min(channel) FROM lines
    UNION ALL SELECT (SELECT min(channel) FROM lines WHERE channel > found.channel) FROM found WHERE found.channel IS NOT NULL
  )
  SELECT channel FROM found WHERE channel IS NOT NULL
  ORDER BY (SELECT max(place) FROM lines WHERE lines.channel = found.channel)
`;
/** Errors that may be temporary: SQLITE_FULL, SQLITE_BUSY, SQLITE_LOCKED. The runtime exposes only their texts. */
const TRANSIENT_ERRORS: ReadonlyMap<string, string> = new Map([
  ["database or disk is full", "disk-full"],
  ["database is locked", "history-busy"],
  ["database table is locked", "history-busy"],
]);
/** Number of lines, per channel and in total, after which old lines are deleted. */
const CLEANUP_INTERVAL_LINES = 500;
/** Bytes in use: free pages are reused before the file grows. */
const USED_BYTES = `SELECT (page_count - freelist_count) * page_size AS bytes
  FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()`;
const DELETE_OLDEST =
  `DELETE FROM lines WHERE place <= (SELECT place FROM lines ORDER BY place LIMIT 1 OFFSET ${CLEANUP_INTERVAL_LINES})`;

/** Limits of a history file. */
export interface FileHistoryOptions {
  /**
   * Lines per channel.
   *
   * @default {10_000}
   */
  readonly lines?: number;
  /**
   * Channels; the least recently active one is deleted first.
   *
   * @default {1000}
   */
  readonly channels?: number;
  /**
   * Size of the file in bytes; the oldest lines are deleted first.
   *
   * @default {1_073_741_824}
   */
  readonly bytes?: number;
}

/**
 * Stores the lines of channels in an SQLite file. The lines between two commits are one transaction, so that many lines
 * cost one sync of the disk.
 */
export class FileHistory implements History {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #insert: StatementSync;
  readonly #spotOf: StatementSync;
  readonly #trim: StatementSync;
  readonly #remove: StatementSync;
  readonly #deleteLines: StatementSync;
  readonly #spanOf: StatementSync;
  readonly #saveChannel: StatementSync;
  readonly #removeChannel: StatementSync;
  readonly #used: StatementSync;
  readonly #deleteOldest: StatementSync;
  readonly #maxChannels: number;
  readonly #bytes: number;
  #added = 0;
  /** Lines since a channel was last trimmed; the least recently active channel comes first. */
  readonly #since = new Map<string, number>();
  #open = false;

  /**
   * Opens the file, or creates it. Needs read and write permission for the paths of `pathsOfHistory`.
   *
   * @throws {SystemError} `history-unusable` when it is not a chat history database, or cannot be opened.
   */
  constructor(path: string, { lines = 10_000, channels = 1000, bytes = 2 ** 30 }: FileHistoryOptions = {}) {
    this.#path = path;
    this.#maxChannels = channels;
    this.#bytes = bytes;
    let database: DatabaseSync | undefined;
    try {
      prepareDatabase(path);
      database = new DatabaseSync(path);
      database.exec(BUSY_TIMEOUT);
      if (!isOwn(database)) throw new Error("not a chat history database");
      database.exec(SCHEMA);
      this.#insert = database.prepare(
        "INSERT INTO lines (id, time, channel, line, tags, only) VALUES (?, ?, ?, ?, ?, ?)",
      );
      this.#spotOf = database.prepare("SELECT place, time FROM lines WHERE id = ? AND channel = ?");
      this.#trim = database.prepare(
        `DELETE FROM lines WHERE channel = ? AND place <
         (SELECT place FROM lines WHERE channel = ? ORDER BY place DESC LIMIT 1 OFFSET ${lines - 1})`,
      );
      this.#remove = database.prepare("DELETE FROM lines WHERE channel = ? AND id = ?");
      this.#deleteLines = database.prepare("DELETE FROM lines WHERE channel = ?");
      this.#spanOf = database.prepare(
        "SELECT min(place) AS first, max(place) AS last FROM lines WHERE channel = ? AND time = ?",
      );
      this.#saveChannel = database.prepare("INSERT OR REPLACE INTO channels (key, saved, state) VALUES (?, ?, ?)");
      this.#removeChannel = database.prepare("DELETE FROM channels WHERE key = ?");
      this.#used = database.prepare(USED_BYTES);
      this.#deleteOldest = database.prepare(DELETE_OLDEST);
      // The first line trims; otherwise a server that is restarted often would never trim.
      for (const { channel } of database.prepare(CHANNELS_BY_ACTIVITY).all()) {
        this.#since.set(String(channel), CLEANUP_INTERVAL_LINES - 1);
      }
      this.#database = database;
    } catch (error) {
      database?.close();
      throw this.#failure(error);
    }
  }

  /** Adds a line. */
  add(entry: NewHistoryEntry): void {
    const { id, time, channel, line, tags, only } = entry;
    try {
      this.#begin();
      this.#insert.run(id, time, channel, line, tags, only ?? null);
      const since = (this.#since.get(channel) ?? 0) + 1;
      this.#since.delete(channel);
      this.#since.set(channel, since % CLEANUP_INTERVAL_LINES);
      if (since === CLEANUP_INTERVAL_LINES) this.#trim.run(channel, channel);
      if (this.#since.size > this.#maxChannels) this.#deleteSilent();
      if (this.#added++ % CLEANUP_INTERVAL_LINES === 0) this.#shrink();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Deletes a line with the next commit. */
  remove(channel: string, id: string): void {
    try {
      this.#begin();
      this.#remove.run(channel, id);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #begin(): void {
    if (!this.#open) this.#database.exec("BEGIN");
    this.#open = true;
  }

  #deleteSilent(): void {
    for (const channel of [...this.#since.keys()].slice(0, this.#since.size - this.#maxChannels)) {
      this.#deleteLines.run(channel);
      this.#since.delete(channel);
    }
  }

  /** Deletes the oldest lines until the size is within the limit. */
  #shrink(): void {
    while (Number(this.#used.get()?.bytes) > this.#bytes) {
      if (this.#deleteOldest.run().changes === 0) break;
    }
  }

  /**
   * Commits the added lines to disk.
   *
   * @throws {SystemError} `disk-full`, `history-busy` when another program has it locked; `history-unusable`.
   */
  commit(): void {
    if (!this.#open) return;
    try {
      this.#database.exec("COMMIT");
      this.#open = false;
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Returns whether there are uncommitted changes. */
  get pending(): boolean {
    return this.#open;
  }

  /** Discards the uncommitted changes. */
  rollback(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // The failure has rolled back already.
    }
  }

  /** Returns whether the file can be written again; does not wait for a lock. */
  canWrite(): boolean {
    try {
      // The write-ahead log can be many times as large as the pages it updates.
      this.#database.exec("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)");
      this.#database.exec(`PRAGMA user_version = ${this.#added % 2 ** 31}`);
      return true;
    } catch {
      return false;
    } finally {
      this.#database.exec(BUSY_TIMEOUT);
    }
  }

  /** Returns the lines of a range, the oldest first. */
  find(range: HistoryRange): readonly HistoryEntry[] {
    const { channel, only, limit, behind, before, later, earlier, first } = range;
    const where = ["channel = ?", "(only IS NULL OR only = ?)"];
    const values: (string | number)[] = [channel, only];
    const bound = (condition: string, value: number | undefined) => {
      if (value === undefined) return;
      where.push(condition);
      values.push(value);
    };
    try {
      bound("place > ?", behind);
      bound("place < ?", before);
      // The index of the order contains the times: no other row is read.
      bound("time > ?", later);
      bound("time < ?", earlier);
      const rows = this.#database.prepare(
        `SELECT * FROM lines INDEXED BY in_order WHERE ${where.join(" AND ")} ORDER BY place ${
          first ? "ASC" : "DESC"
        } LIMIT ?`,
      ).all(...values, limit);
      const found = rows.map(readEntry);
      return first ? found : found.reverse();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Returns the position of the line with an id. */
  locate(channel: string, id: string): HistoryPosition | undefined {
    try {
      const row = this.#spotOf.get(id, channel);
      return row && { place: Number(row.place), time: Number(row.time) };
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Returns the positions of the lines with exactly this time. */
  locateTime(channel: string, time: number): PositionRange | undefined {
    try {
      const row = this.#spanOf.get(channel, time);
      return typeof row?.first === "number" ? { first: row.first, last: Number(row.last) } : undefined;
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Whether channels are stored: yes. */
  readonly storesChannels = true;

  /** Stores a channel with the next commit; undefined removes it. */
  saveChannel(key: string, state: string | undefined): void {
    try {
      this.#begin();
      if (state === undefined) this.#removeChannel.run(key);
      else this.#saveChannel.run(key, Date.now(), state);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Returns the stored channels, at most `limit`, the last saved first. */
  channels(limit: number): readonly string[] {
    try {
      const rows = this.#database.prepare("SELECT state FROM channels ORDER BY saved DESC LIMIT ?").all(limit);
      return rows.map(({ state }) => String(state));
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Commits and closes. */
  [Symbol.dispose](): void {
    try {
      this.commit();
    } finally {
      this.#database.close();
    }
  }

  #failure(error: unknown): unknown {
    const known = fromSystem(error, { doing: "use", what: this.#path });
    if (!isUnknownFailure(known) || !(error instanceof Error)) return known;
    return new SystemError(`cannot use the history file ${this.#path}: ${error.message}`, {
      code: TRANSIENT_ERRORS.get(error.message) ?? "history-unusable",
      operation: "history",
      reason: "history",
      cause: error,
    });
  }
}

/** Returns whether a database is empty or a chat history; no other database is written to. */
function isOwn(database: DatabaseSync): boolean {
  const names = (query: string) => database.prepare(query).all().map(({ name }) => name);
  if (names("SELECT name FROM sqlite_master").length === 0) return true;
  const columns = names("SELECT name FROM pragma_table_info('lines')");
  return COLUMNS.every((column) => columns.includes(column));
}

function readEntry(row: Readonly<Record<string, unknown>>): HistoryEntry {
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
