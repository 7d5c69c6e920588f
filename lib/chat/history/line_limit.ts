import type { DatabaseSync, StatementSync } from "../../deps/node/sqlite.ts";

/** Statements about the lines of one kind: messages or events. */
interface KindStatements {
  /** Counts those of a channel. */
  readonly count: StatementSync;
  /** Deletes the oldest ones of a channel. */
  readonly deleteOldest: StatementSync;
}

/**
 * Keeps the number of messages, and that of events, of each channel in a file within a limit. Lines are counted once for each channel and
 * then while they come and go, so that the work of a deletion is that of the lines deleted, however many are kept.
 */
export class LineLimit {
  readonly #limit: number;
  readonly #messages: KindStatements;
  readonly #events: KindStatements;
  /** Numbers of messages and of events, by channel; one that is missing has to be counted. */
  readonly #counts = new Map<string, number>();

  /** Prepares the statements; the tables exist. */
  constructor(database: DatabaseSync, limit: number) {
    this.#limit = limit;
    const prepare = (event: 0 | 1, index: string) => ({
      count: database.prepare(
        `SELECT count(*) AS count FROM lines INDEXED BY ${index} WHERE channel = ? AND event = ${event}`,
      ),
      deleteOldest: database.prepare(
        `DELETE FROM lines WHERE place IN (
           SELECT place FROM lines INDEXED BY ${index} WHERE channel = ? AND event = ${event} ORDER BY place LIMIT ?
         )`,
      ),
    });
    this.#messages = prepare(0, "messages_in_order");
    this.#events = prepare(1, "events_in_order");
  }

  /** Counts a line that was added, or deleted by other means. */
  count(channel: string, event: boolean, change: 1 | -1): void {
    const key = keyOf(channel, event);
    const known = this.#counts.get(key);
    if (known !== undefined) this.#counts.set(key, known + change);
  }

  /** Discards the numbers of a channel, or of all, after a change that was not counted. */
  forget(channel?: string): void {
    if (channel === undefined) return this.#counts.clear();
    for (const event of [false, true]) this.#counts.delete(keyOf(channel, event));
  }

  /** Deletes the oldest lines of a channel above the limit. */
  trim(channel: string): void {
    for (const event of [false, true]) {
      const { count, deleteOldest } = event ? this.#events : this.#messages;
      const key = keyOf(channel, event);
      const found = this.#counts.get(key) ?? Number(count.get(channel)?.count);
      if (found > this.#limit) deleteOldest.run(channel, found - this.#limit);
      this.#counts.set(key, Math.min(found, this.#limit));
    }
  }
}

function keyOf(channel: string, event: boolean): string {
  return `${Number(event)} ${channel}`;
}
