import { ACCOUNT_SCHEMA, FileAccounts } from "../account/file_accounts.ts";
import { DatabaseSync } from "../../deps/node/sqlite.ts";
import { prepareDatabase } from "./database_file.ts";
import type {
  History,
  HistoryEntry,
  HistoryPosition,
  HistoryRange,
  NewHistoryEntry,
  PositionRange,
} from "./history.ts";
import { FileRecords, RECORD_SCHEMA } from "./file_records.ts";
import { historyError } from "./history_error.ts";
import type { SharedDatabase } from "./shared_database.ts";
import {
  BUSY_TIMEOUT,
  CHANNELS_BY_ACTIVITY,
  CLEANUP_INTERVAL_LINES,
  type HistoryStatements,
  isChatHistory,
  prepareStatements,
  readEntry,
  SCHEMA,
} from "./history_schema.ts";

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
  /** Accounts. */
  readonly accounts: FileAccounts;
  /** Small records. */
  readonly records: FileRecords;
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #statements: HistoryStatements;
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
      if (!isChatHistory(database)) throw new Error("not a chat history database");
      database.exec(SCHEMA);
      database.exec(ACCOUNT_SCHEMA);
      database.exec(RECORD_SCHEMA);
      this.#statements = prepareStatements(database, lines);
      // The first line trims; otherwise a server that is restarted often would never trim.
      for (const { channel } of database.prepare(CHANNELS_BY_ACTIVITY).all()) {
        this.#since.set(String(channel), CLEANUP_INTERVAL_LINES - 1);
      }
      this.#database = database;
      const shared: SharedDatabase = {
        database,
        begin: () => this.#begin(),
        fail: (error) => historyError(error, path),
      };
      this.accounts = new FileAccounts(shared);
      this.records = new FileRecords(shared);
    } catch (error) {
      database?.close();
      throw historyError(error, this.#path);
    }
  }

  /** Adds a line. */
  add(entry: NewHistoryEntry): void {
    const { id, time, channel, line, tags, only } = entry;
    try {
      this.#begin();
      this.#statements.insert.run(id, time, channel, line, tags, only ?? null);
      const since = (this.#since.get(channel) ?? 0) + 1;
      this.#since.delete(channel);
      this.#since.set(channel, since % CLEANUP_INTERVAL_LINES);
      if (since === CLEANUP_INTERVAL_LINES) this.#statements.trim.run(channel, channel);
      if (this.#since.size > this.#maxChannels) this.#deleteSilent();
      if (this.#added++ % CLEANUP_INTERVAL_LINES === 0) this.#shrink();
    } catch (error) {
      throw historyError(error, this.#path);
    }
  }

  /** Deletes a line with the next commit. */
  remove(channel: string, id: string): void {
    try {
      this.#begin();
      this.#statements.remove.run(channel, id);
    } catch (error) {
      throw historyError(error, this.#path);
    }
  }

  #begin(): void {
    if (!this.#open) this.#database.exec("BEGIN");
    this.#open = true;
  }

  #deleteSilent(): void {
    for (const channel of [...this.#since.keys()].slice(0, this.#since.size - this.#maxChannels)) {
      this.#statements.deleteLines.run(channel);
      this.#since.delete(channel);
    }
  }

  /** Deletes the oldest lines until the size is within the limit. */
  #shrink(): void {
    while (Number(this.#statements.used.get()?.bytes) > this.#bytes) {
      if (this.#statements.deleteOldest.run().changes === 0) break;
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
      throw historyError(error, this.#path);
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
      throw historyError(error, this.#path);
    }
  }

  /** Returns the position of the line with an id. */
  locate(channel: string, id: string): HistoryPosition | undefined {
    try {
      const row = this.#statements.positionOf.get(id, channel);
      return row && { place: Number(row.place), time: Number(row.time) };
    } catch (error) {
      throw historyError(error, this.#path);
    }
  }

  /** Returns the positions of the lines with exactly this time. */
  locateTime(channel: string, time: number): PositionRange | undefined {
    try {
      const row = this.#statements.positionsOf.get(channel, time);
      return typeof row?.first === "number" ? { first: row.first, last: Number(row.last) } : undefined;
    } catch (error) {
      throw historyError(error, this.#path);
    }
  }

  /** Whether channels are stored: yes. */
  readonly storesChannels = true;

  /** Stores a channel with the next commit; undefined removes it. */
  saveChannel(key: string, state: string | undefined): void {
    try {
      this.#begin();
      if (state === undefined) this.#statements.removeChannel.run(key);
      else this.#statements.saveChannel.run(key, Date.now(), state);
    } catch (error) {
      throw historyError(error, this.#path);
    }
  }

  /** Returns the stored channels, at most `limit`, the last saved first. */
  channels(limit: number): readonly string[] {
    try {
      const rows = this.#database.prepare("SELECT state FROM channels ORDER BY saved DESC LIMIT ?").all(limit);
      return rows.map(({ state }) => String(state));
    } catch (error) {
      throw historyError(error, this.#path);
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
}
