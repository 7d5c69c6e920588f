import type { History, HistoryEntry, HistoryRange, NewEntry } from "./history.ts";

/** How much is kept in memory. */
export interface MemoryHistoryOptions {
  /** Lines of a channel. @default 1000 */
  readonly lines?: number;
  /** Channels; the one that was silent for longest is forgotten first. @default 200 */
  readonly channels?: number;
}

/** Keeps the last lines of each channel in memory, for as long as the process lives. */
export class MemoryHistory implements History {
  readonly #lines: number;
  readonly #most: number;
  readonly #channels = new Map<string, HistoryEntry[]>();
  #place = 0;

  /** Makes an empty one. */
  constructor(options: MemoryHistoryOptions = {}) {
    this.#lines = options.lines ?? 1000;
    this.#most = options.channels ?? 200;
  }

  /** Takes a line. */
  add(entry: NewEntry): void {
    const kept = this.#channels.get(entry.channel) ?? [];
    kept.push({ ...entry, place: ++this.#place });
    // Cut now and then: taking off the first one each time would move all others.
    if (kept.length >= this.#lines * 2) kept.splice(0, kept.length - this.#lines);
    this.#channels.delete(entry.channel);
    this.#channels.set(entry.channel, kept);
    if (this.#channels.size <= this.#most) return;
    for (const silent of this.#channels.keys()) {
      this.#channels.delete(silent);
      break;
    }
  }

  /** Does nothing: memory keeps nothing for good. */
  commit(): void {}

  /** The lines of a range, the oldest first. */
  find(range: HistoryRange): readonly HistoryEntry[] {
    const kept = (this.#channels.get(range.channel) ?? []).slice(-this.#lines);
    const { behind = 0, before = Infinity, later = -Infinity, earlier = Infinity } = range;
    const found = kept.filter(({ place, time, only }) =>
      place > behind && place < before && time > later && time < earlier && (only === undefined || only === range.only)
    );
    return range.first ? found.slice(0, range.limit) : found.slice(Math.max(0, found.length - range.limit));
  }

  /** The place of the line with this id in a channel. */
  place(channel: string, id: string): number | undefined {
    return this.#channels.get(channel)?.findLast((entry) => entry.id === id)?.place;
  }

  /** Forgets all. */
  [Symbol.dispose](): void {
    this.#channels.clear();
  }
}
