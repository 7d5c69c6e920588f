import { fromSystem, SystemError, ToucanError } from "../../core/mod.ts";
import { DatabaseSync, type StatementSync } from "../../deps/sqlite.ts";
import { type History, type HistoryEntry, type HistoryRange, KEPT_LINES, type NewEntry } from "./history.ts";

const SCHEMA = `
  PRAGMA busy_timeout = 2000;
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
  CREATE INDEX IF NOT EXISTS of_channel ON lines (channel, place);
`;
/** Lines of a channel after which what is too old is taken out. */
const CLEAN_EVERY = 500;

/**
 * Keeps the lines of channels in an SQLite file. What was added between two commits is one transaction, so that many
 * lines cost one wait for the disk.
 */
export class FileHistory implements History {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #insert: StatementSync;
  readonly #placeOf: StatementSync;
  readonly #clean: StatementSync;
  readonly #since = new Map<string, number>();
  #open = false;

  /**
   * Opens the file, or makes it. Needs read and write of it.
   *
   * @throws {SystemError} `history-unusable` when it is no database of ours, or cannot be opened.
   */
  constructor(path: string) {
    this.#path = path;
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path);
      database.exec(SCHEMA);
      this.#insert = database.prepare(
        "INSERT INTO lines (id, time, channel, line, tags, only) VALUES (?, ?, ?, ?, ?, ?)",
      );
      this.#placeOf = database.prepare("SELECT place FROM lines WHERE id = ? AND channel = ?");
      this.#clean = database.prepare(
        `DELETE FROM lines WHERE channel = ? AND place <
         (SELECT place FROM lines WHERE channel = ? ORDER BY place DESC LIMIT 1 OFFSET ${KEPT_LINES - 1})`,
      );
      this.#database = database;
    } catch (error) {
      database?.close();
      throw this.#failure(error);
    }
  }

  /** Takes a line. */
  add(entry: NewEntry): void {
    const { id, time, channel, line, tags, only } = entry;
    try {
      if (!this.#open) this.#database.exec("BEGIN");
      this.#open = true;
      this.#insert.run(id, time, channel, line, tags, only ?? null);
      const since = (this.#since.get(channel) ?? 0) + 1;
      this.#since.set(channel, since % CLEAN_EVERY);
      if (since === CLEAN_EVERY) this.#clean.run(channel, channel);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /**
   * Makes sure that what was added is on the disk.
   *
   * @throws {SystemError} `history-unusable` when the disk does not take it.
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

  /** The lines of a range, the oldest first. */
  find(range: HistoryRange): readonly HistoryEntry[] {
    const { channel, only, limit, behind, before, later, earlier, first } = range;
    const where = ["channel = ?", "(only IS NULL OR only = ?)"];
    const values: (string | number)[] = [channel, only];
    const bound = (condition: string, value: number | undefined) => {
      if (value === undefined) return;
      where.push(condition);
      values.push(value);
    };
    bound("place > ?", behind);
    bound("place < ?", before);
    bound("time > ?", later);
    bound("time < ?", earlier);
    try {
      const rows = this.#database.prepare(
        `SELECT * FROM lines WHERE ${where.join(" AND ")} ORDER BY place ${first ? "ASC" : "DESC"} LIMIT ?`,
      ).all(...values, limit);
      const found = rows.map(readEntry);
      return first ? found : found.reverse();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** The place of the line with this id in a channel. */
  place(channel: string, id: string): number | undefined {
    const place = this.#placeOf.get(id, channel)?.place;
    return typeof place === "number" ? place : undefined;
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
    if (known instanceof ToucanError || !(error instanceof Error)) return known;
    return new SystemError(`cannot keep the history in ${this.#path}: ${error.message}`, {
      code: "history-unusable",
      operation: "history",
      hint: "give another file, or leave --history out",
      cause: error,
    });
  }
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
