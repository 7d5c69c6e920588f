import type { TimeSlice } from "../../../core/mod.ts";
import type { NewHistoryEntry } from "../../history/history.ts";
import { MemoryHistory } from "../../history/memory_history.ts";
import type { CachedHistory } from "./cached_history.ts";
import { PLACES_PER_MESSAGE } from "./history_place.ts";

/** Characters of the lines that wait to be written. */
const MAX_WAITING_CHARS = 48 << 20;
/** Overhead of a line, counted in characters. */
const LINE_OVERHEAD_CHARS = 200;
/** Lines of a transaction: a commit costs the same for a few lines and for thousands. */
const LINES_PER_COMMIT = 5000;

/** Lines of one kind and channel. */
interface WaitingLines {
  readonly entries: NewHistoryEntry[];
  /** Number of the first ones that are not written. */
  dropped: number;
}

/**
 * Passes the lines of missing messages on to a history file. Its own lines are those that a server has in memory. What
 * the file would delete again because of its limits is not written: with many messages, that is most of them.
 */
export class FillHistory extends MemoryHistory {
  readonly #cache: CachedHistory;
  readonly #first: number;
  readonly #channels = new Set<string>();
  /** Lines that wait to be written, by kind and channel. */
  readonly #waiting = new Map<string, WaitingLines>();
  #chars = 0;
  /** Deleted lines that may be among those that wait. */
  readonly #removed = new Set<string>();
  /** Whether the lines of the snapshot are there. */
  live = false;
  /** Whether the file has the lines of the present message. */
  skips = false;

  /** Passes on the lines of the messages from a sequence on. */
  constructor(cache: CachedHistory, first: number) {
    super();
    this.#cache = cache;
    this.#first = first;
  }

  /** Adds a line. */
  override add(entry: NewHistoryEntry): void {
    super.add(entry);
    const { channel, event = false, place = 0 } = entry;
    if (!event) this.#channels.add(channel);
    // As in a file from the beginning: events before the first message of a channel are not stored.
    else if (!this.#channels.has(channel)) return;
    if (this.live ? this.skips : place < this.#first * PLACES_PER_MESSAGE) return;
    this.#wait(keyOf(channel, event ? "event" : "message"), entry);
  }

  /** Deletes a line. */
  override remove(channel: string, id: string): void {
    super.remove(channel, id);
    if (this.skips) return;
    this.#removed.add(keyOf(channel, id));
    this.#chars += LINE_OVERHEAD_CHARS;
    this.#cache.removeMissing(channel, id);
  }

  /** Whether lines have to be written before others are added. */
  get full(): boolean {
    return this.#chars > MAX_WAITING_CHARS;
  }

  /** Writes the lines that wait, unless the work ends; returns whether it has not. */
  async flush(slice: Pick<TimeSlice, "due" | "pass">, ended: () => boolean): Promise<boolean> {
    // In their order: the index of the words begins a new part for each line that comes before the last one.
    const lines = [...this.#waiting.values()].flatMap(({ entries, dropped }) => entries.slice(dropped))
      .sort((one, other) => (one.place ?? 0) - (other.place ?? 0));
    const oldest = Date.now() - (this.#cache.limits.age ?? Infinity);
    this.#cache.batching = true;
    try {
      for (const [i, entry] of lines.entries()) {
        const wanted = entry.time >= oldest && !this.#removed.has(keyOf(entry.channel, entry.id));
        if (wanted) this.#cache.addMissing(entry);
        if (i % LINES_PER_COMMIT === LINES_PER_COMMIT - 1) this.#cache.commitNow();
        if (!slice.due) continue;
        await slice.pass();
        if (ended()) return false;
      }
    } finally {
      this.#cache.batching = false;
    }
    this.#waiting.clear();
    this.#removed.clear();
    this.#chars = 0;
    return true;
  }

  /** Lets a line wait, and drops the oldest one where the file would delete it again. */
  #wait(key: string, entry: NewHistoryEntry): void {
    const waiting = this.#waiting.get(key) ?? { entries: [], dropped: 0 };
    this.#waiting.set(key, waiting);
    waiting.entries.push(entry);
    this.#chars += charsOf(entry);
    const { entries, dropped } = waiting;
    const oldest = entries[dropped];
    if (!oldest || entries.length - dropped <= this.#cache.limits.lines) return;
    this.#chars -= charsOf(oldest);
    waiting.dropped++;
    if (waiting.dropped < entries.length / 2) return;
    entries.splice(0, waiting.dropped);
    waiting.dropped = 0;
  }
}

function charsOf({ line, tags }: NewHistoryEntry): number {
  return line.length + tags.length + LINE_OVERHEAD_CHARS;
}

function keyOf(channel: string, part: string): string {
  return `${channel} ${part}`;
}
