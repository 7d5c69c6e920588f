import type { DatabaseSync } from "../../deps/node/sqlite.ts";
import { indexWords } from "../history/file_search.ts";
import type { HistoryEntry, NewHistoryEntry } from "../history/history.ts";
import { historyError } from "../history/history_error.ts";
import { CHANNELS_BY_ACTIVITY, readEntry } from "../history/history_schema.ts";
import { openDatabase } from "../history/open_database.ts";

/** Lines that are read at once. */
const PAGE = 1000;

/** All lines of a history file, for reading and for adding to the past; a server may use the file meanwhile. */
export class HistoryArchive implements Disposable {
  readonly #database: DatabaseSync;
  readonly #path: string;

  /**
   * Opens a file, which has to exist unless it may be created. Needs read and write permission for the paths of `pathsOfHistory`.
   *
   * @throws {SystemError} `file-not-found`, `history-unusable`, `history-busy`.
   */
  constructor(path: string, { mayBeNew = false }: { readonly mayBeNew?: boolean } = {}) {
    this.#path = path;
    this.#database = this.#run(() => {
      if (!mayBeNew) Deno.statSync(path);
      return openDatabase(path);
    });
  }

  /** Returns the keys of the channels and private conversations, in alphabetical order. */
  places(): readonly string[] {
    return this.#run(() => this.#database.prepare(CHANNELS_BY_ACTIVITY).all().map(({ channel }) => String(channel)))
      .sort();
  }

  /** Returns all lines of a place in order, also those of restricted channels. */
  *lines(key: string): Generator<HistoryEntry> {
    const page = this.#run(() =>
      this.#database.prepare("SELECT * FROM lines WHERE channel = ? AND place > ? ORDER BY place LIMIT ?")
    );
    for (let last = Number.MIN_SAFE_INTEGER;;) {
      const rows = this.#run(() => page.all(key, last, PAGE).map(readEntry));
      yield* rows;
      const end = rows.at(-1);
      if (!end || rows.length < PAGE) return;
      last = end.place;
    }
  }

  /**
   * Adds lines to a channel, in the order of time before and between those that it has, all or nothing. Returns the
   * number of added lines: those whose ids are there already are left out.
   */
  merge(key: string, entries: readonly NewHistoryEntry[]): number {
    return this.#run(() => {
      // The write lock first: a server must not add lines meanwhile.
      this.#database.exec("BEGIN IMMEDIATE");
      try {
        const count = this.#merge(key, entries);
        this.#database.exec("COMMIT");
        return count;
      } catch (error) {
        this.#database.exec("ROLLBACK");
        throw error;
      }
    });
  }

  #merge(key: string, entries: readonly NewHistoryEntry[]): number {
    const known = this.#database.prepare("SELECT 1 FROM lines WHERE id = ? AND channel = ?");
    const added = entries.filter(({ id }) => !known.get(id, key));
    const latest = added.reduce((last, { time }) => Math.max(last, time), -Infinity);
    if (added.length === 0) return 0;
    // Older lines get new places, so that the order of the places remains that of the lines.
    const rest = this.#database.prepare("SELECT min(place) AS place FROM lines WHERE channel = ? AND time > ?");
    const first = rest.get(key, latest)?.place;
    const end = typeof first === "number" ? first : Number.MAX_SAFE_INTEGER;
    const older = this.#database.prepare("SELECT * FROM lines WHERE channel = ? AND place < ? ORDER BY place")
      .all(key, end).map(readEntry);
    this.#database.prepare("DELETE FROM lines WHERE channel = ? AND place < ?").run(key, end);
    const all = inOrder(older, added);
    const start = Number(this.#database.prepare("SELECT min(place) AS place FROM lines").get()?.place ?? 1);
    const insert = this.#database.prepare(
      "INSERT INTO lines (place, id, time, channel, line, tags, only, account, event) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    const words = this.#database.prepare("INSERT INTO words (rowid, target, sender, text) VALUES (?, ?, ?, ?)");
    for (const [i, entry] of all.entries()) {
      const { id, time, line, tags, only, account, event = false } = entry;
      const place = start - all.length + i;
      insert.run(place, id, time, key, line, tags, only ?? null, account ?? null, Number(event));
      if (!event) indexWords(words, place, entry);
    }
    return added.length;
  }

  #run<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw historyError(error, this.#path);
    }
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#database.close();
  }
}

/** Inserts lines, sorted by time, into others, whose order is kept although their clock may have been set back. */
function inOrder(kept: readonly NewHistoryEntry[], added: readonly NewHistoryEntry[]): NewHistoryEntry[] {
  const sorted = [...added].sort((one, other) => one.time - other.time);
  const all: NewHistoryEntry[] = [];
  let next = 0;
  for (const line of kept) {
    for (let entry = sorted[next]; entry && entry.time < line.time; entry = sorted[++next]) all.push(entry);
    all.push(line);
  }
  return [...all, ...sorted.slice(next)];
}
