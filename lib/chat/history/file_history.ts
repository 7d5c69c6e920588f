import type { DatabaseSync } from "../../deps/node/sqlite.ts";
import { ACCOUNT_SCHEMA, FileAccounts } from "../account/file_accounts.ts";
import { FileMarkers, type Transaction } from "./file_markers.ts";
import { indexWords, searchFile } from "./file_search.ts";
import type {
  History,
  HistoryEntry,
  HistoryPosition,
  HistoryRange,
  HistorySearch,
  MarkerStore,
  NewHistoryEntry,
  PositionRange,
} from "./history.ts";
import { FileRecords, RECORD_SCHEMA } from "./file_records.ts";
import { historyError } from "./history_error.ts";
import { NETWORK_RECORD } from "./record_store.ts";
import type { HistoryLimits } from "./history_limits.ts";
import type { SharedDatabase } from "./shared_database.ts";
import {
  BUSY_TIMEOUT,
  CHANNELS_BY_ACTIVITY,
  CLEANUP_INTERVAL_LINES,
  type HistoryStatements,
  MAX_BLOCKS,
  NO_WAIT,
  prepareStatements,
  readEntry,
} from "./history_schema.ts";
import { LineLimit } from "./line_limit.ts";
import { openDatabase } from "./open_database.ts";
import { TextEraser } from "./text_eraser.ts";
import { SystemError } from "../../core/mod.ts";
import { accountsOfTalk } from "./codec/talk_key.ts";

const LAST_PLACE = "SELECT seq FROM sqlite_sequence WHERE name = 'lines'";

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
  /** Path of the file. */
  readonly path: string;
  readonly #statements: HistoryStatements;
  readonly #limit: LineLimit;
  readonly #eraser: TextEraser;
  readonly #maxChannels: number;
  readonly #bytes: number;
  /** Limit of the age of lines in milliseconds, if any. */
  readonly age?: number;
  /** Limit of the messages of a channel, and of its events. */
  readonly lines: number;
  #added = 0;
  /** Position of the last line. */
  #last = 0;
  /** Lines since a channel was last trimmed; the least recently active channel comes first. */
  readonly #since = new Map<string, number>();
  #open = false;
  /** Markers of accounts. */
  readonly markers: MarkerStore;

  /**
   * Opens the file, or creates it. Needs read and write permission for the paths of `pathsOfHistory`.
   *
   * @throws {SystemError} `history-unusable` when it is not a chat history database, is from a newer version, or cannot
   *   be opened.
   */
  constructor(path: string, { lines = 10_000, channels = 1000, bytes = 2 ** 30, age }: HistoryLimits = {}) {
    this.path = path;
    this.#maxChannels = channels;
    this.#bytes = bytes;
    this.age = age;
    this.lines = lines;
    let database: DatabaseSync | undefined;
    try {
      database = openDatabase(path);
      database.exec(ACCOUNT_SCHEMA);
      database.exec(RECORD_SCHEMA);
      this.#statements = prepareStatements(database);
      this.#limit = new LineLimit(database, lines);
      // The first line trims; otherwise a server that is restarted often would never trim.
      for (const { channel } of database.prepare(CHANNELS_BY_ACTIVITY).all()) {
        this.#since.set(String(channel), CLEANUP_INTERVAL_LINES - 1);
      }
      this.#database = database;
      this.markers = new FileMarkers(database, this.#run);
      const shared: SharedDatabase = {
        database,
        begin: () => this.#begin(),
        fail: (error) => historyError(error, path),
      };
      this.accounts = new FileAccounts(shared);
      this.records = new FileRecords(shared);
      this.#eraser = new TextEraser(database, this.records);
    } catch (error) {
      database?.close();
      throw historyError(error, this.path);
    }
  }

  readonly #run: Transaction = (work, change = false) => {
    try {
      if (change) this.#begin();
      return work();
    } catch (error) {
      throw historyError(error, this.path);
    }
  };

  /** Whether it is the file of a server in a network. */
  get ofNetwork(): boolean {
    return this.records.all(NETWORK_RECORD).length > 0;
  }

  /** Highest position that a line has had. */
  get lastPlace(): number {
    return this.#run(() => Number(this.#database.prepare(LAST_PLACE).get()?.seq ?? 0));
  }

  /** Commits without waiting for the disk: the last ones may be lost with the machine, all in their order. */
  relax(): void {
    this.#run(() => this.#database.exec("PRAGMA synchronous = NORMAL"));
  }

  /** Adds a line. */
  add(entry: NewHistoryEntry): void {
    const { place: given, id, time, channel, line, tags, only, account, event = false } = entry;
    if (event && !this.#since.has(channel)) return;
    this.#run(() => {
      const { insert, insertWords, insertTalk } = this.#statements;
      const { lastInsertRowid } = insert.run(
        given ?? null,
        id,
        time,
        channel,
        line,
        tags,
        only ?? null,
        account ?? null,
        Number(event),
      );
      const place = Number(lastInsertRowid);
      if (!event) indexWords(insertWords, place, entry);
      const [one, other] = accountsOfTalk(channel) ?? [];
      if (one !== undefined && other !== undefined) {
        insertTalk.run(one, other, place);
        insertTalk.run(other, one, place);
      }
      this.#limit.count(channel, event, 1);
      const since = (this.#since.get(channel) ?? 0) + 1;
      // A line that was missing comes before others.
      const older = given !== undefined && given < this.#last && this.#since.has(channel);
      if (!event && !older) this.#since.delete(channel);
      this.#last = Math.max(this.#last, place);
      this.#since.set(channel, since % CLEANUP_INTERVAL_LINES);
      if (since === CLEANUP_INTERVAL_LINES) this.#limit.trim(channel);
      if (this.#since.size > this.#maxChannels) this.#deleteSilent();
      if (this.#added++ % CLEANUP_INTERVAL_LINES === 0) this.#shrink();
    }, true);
  }

  /** Does nothing: the file has what the network has. */
  clear(): void {}

  /** Deletes a line with the next commit. */
  remove(channel: string, id: string): void {
    this.#run(() => {
      this.#statements.remove.run(channel, id);
      this.#eraser.deleted("removed");
      this.#limit.forget(channel);
    }, true);
  }

  /** Deletes lines that are older than the limit of age. */
  expire(now: number = Date.now()): void {
    const { expire } = this.#statements;
    const age = this.age;
    if (age === undefined) return;
    this.#run(() => {
      let deleted = 0;
      for (const channel of this.#since.keys()) deleted += Number(expire.run(channel, now - age).changes);
      this.#limit.forget();
      if (deleted > 0) this.#eraser.deleted("expired");
    }, true);
  }

  /** Does a part of the work of removing deleted texts from the file. */
  tidy(): void {
    if (this.#open || !this.#eraser.needed) return;
    try {
      this.#database.exec(NO_WAIT);
      this.#run(() => this.#eraser.step(), true);
      this.commit();
      this.#run(() => this.#eraser.truncate());
    } catch (error) {
      this.rollback();
      // A full disk, or a lock: a later call tries again. No client waits for this.
      if (!(error instanceof SystemError)) throw error;
    } finally {
      this.#database.exec(BUSY_TIMEOUT);
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
      this.#limit.forget(channel);
    }
  }

  /** Deletes the oldest lines while the size is above the limit. */
  #shrink(): void {
    for (let blocks = 0; blocks < MAX_BLOCKS; blocks++) {
      if (Number(this.#statements.used.get()?.bytes) <= this.#bytes) break;
      const deleted = this.#statements.deleteOldest.all();
      if (deleted.length === 0) break;
      for (const { channel, event } of deleted) this.#limit.count(String(channel), event === 1, -1);
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
      throw historyError(error, this.path);
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
    this.#limit.forget();
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
      this.#database.exec(`${NO_WAIT}; PRAGMA wal_checkpoint(TRUNCATE)`);
      // Nothing reads this number.
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
    const { channel, only, limit, behind, before, later, earlier, first, events = false } = range;
    const where = ["channel = ?", "(only IS NULL OR only = ?)", ...(events ? [] : ["event = 0"])];
    const values: (string | number)[] = [channel, only];
    const bound = (condition: string, value: number | undefined) => {
      if (value === undefined) return;
      where.push(condition);
      values.push(value);
    };
    return this.#run(() => {
      bound("place > ?", behind);
      bound("place < ?", before);
      // The index of the order contains the times: no other row is read.
      bound("time > ?", later);
      bound("time < ?", earlier);
      const rows = this.#database.prepare(
        `SELECT * FROM lines INDEXED BY ${events ? "in_order" : "messages_in_order"}
         WHERE ${where.join(" AND ")} ORDER BY place ${first ? "ASC" : "DESC"} LIMIT ?`,
      ).all(...values, limit);
      const found = rows.map(readEntry);
      return first ? found : found.reverse();
    });
  }

  /** Returns the messages that a search finds, the oldest first. */
  search(search: HistorySearch): readonly HistoryEntry[] {
    return this.#run(() => searchFile(this.#database, search));
  }

  /** Returns the accounts that an account has talked to, the last ones first. */
  talks(account: string, limit: number): readonly string[] {
    return this.#run(() => this.#statements.talks.all(account, limit).map(({ other }) => String(other)));
  }

  /** Returns the last lines of the channels. */
  recent(lines: number, channels: number): readonly HistoryEntry[] {
    return this.#run(() =>
      [...this.#since.keys()].slice(-channels).flatMap((channel) =>
        [this.#statements.lastMessages, this.#statements.lastEvents].flatMap((last) => last.all(channel, lines))
          .map(readEntry).sort((one, other) => one.place - other.place)
      )
    );
  }

  /** Returns the position of the line with an id. */
  locate(channel: string, id: string): HistoryPosition | undefined {
    const row = this.#run(() => this.#statements.positionOf.get(id, channel));
    return row && { place: Number(row.place), time: Number(row.time) };
  }

  /** Returns the positions of the lines with exactly this time. */
  locateTime(channel: string, time: number): PositionRange | undefined {
    const row = this.#run(() => this.#statements.positionsOf.get(channel, time));
    return typeof row?.first === "number" ? { first: row.first, last: Number(row.last) } : undefined;
  }

  /** Whether channels are stored: yes. */
  readonly storesChannels = true;

  /** Stores a channel with the next commit; undefined removes it. */
  saveChannel(key: string, state: string | undefined): void {
    this.#run(() => {
      if (state === undefined) this.#statements.removeChannel.run(key);
      else this.#statements.saveChannel.run(key, Date.now(), state);
    }, true);
  }

  /** Returns the stored channels, at most `limit`, the last saved first. */
  channels(limit: number): readonly string[] {
    return this.#run(() => {
      const rows = this.#database.prepare("SELECT state FROM channels ORDER BY saved DESC LIMIT ?").all(limit);
      return rows.map(({ state }) => String(state));
    });
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
