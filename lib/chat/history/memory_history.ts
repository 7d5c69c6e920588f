import { MemoryAccounts } from "../account/memory_accounts.ts";
import type {
  History,
  HistoryEntry,
  HistoryPosition,
  HistoryRange,
  NewHistoryEntry,
  PositionRange,
} from "./history.ts";

import { MemoryRecords } from "./record_store.ts";

/** Limits of a history in memory. */
export interface MemoryHistoryOptions {
  /**
   * Lines per channel.
   *
   * @default {1000}
   */
  readonly lines?: number;
  /**
   * Channels; the least recently active one is deleted first.
   *
   * @default {200}
   */
  readonly channels?: number;
  /**
   * Characters of all lines; the channel with the most characters loses its oldest lines.
   *
   * @default {67_108_864}
   */
  readonly size?: number;
}

/** Lines of a channel. */
interface ChannelLines {
  readonly entries: HistoryEntry[];
  size: number;
}

/** Overhead of an entry, counted in characters. */
const ENTRY_OVERHEAD_CHARS = 200;

/** Keeps the last lines of each channel in memory. */
export class MemoryHistory implements History {
  /** Accounts. */
  readonly accounts: MemoryAccounts = new MemoryAccounts();
  /** Small records. */
  readonly records: MemoryRecords = new MemoryRecords();
  readonly #lines: number;
  readonly #maxChannels: number;
  readonly #maxChars: number;
  readonly #channels = new Map<string, ChannelLines>();
  #size = 0;
  #place = 0;

  /** Creates an empty history. */
  constructor(options: MemoryHistoryOptions = {}) {
    this.#lines = options.lines ?? 1000;
    this.#maxChannels = options.channels ?? 200;
    this.#maxChars = options.size ?? 64 << 20;
  }

  /** Adds a line. */
  add(entry: NewHistoryEntry): void {
    const kept = this.#channels.get(entry.channel) ?? { entries: [], size: 0 };
    kept.entries.push({ ...entry, place: ++this.#place });
    kept.size += sizeOf(entry);
    this.#size += sizeOf(entry);
    // Trimmed in blocks: removing the first line each time would move all others.
    if (kept.entries.length >= this.#lines * 2) this.#deleteLines(kept, kept.entries.length - this.#lines);
    this.#channels.delete(entry.channel);
    this.#channels.set(entry.channel, kept);
    if (this.#channels.size > this.#maxChannels) {
      const [silent] = this.#channels;
      if (silent) {
        this.#deleteLines(silent[1], silent[1].entries.length);
        this.#channels.delete(silent[0]);
      }
    }
    while (this.#size > this.#maxChars) {
      const largest = [...this.#channels.values()].reduce((one, other) => one.size >= other.size ? one : other);
      this.#deleteLines(largest, Math.ceil(largest.entries.length / 2));
    }
  }

  /** Deletes a line. */
  remove(channel: string, id: string): void {
    const kept = this.#channels.get(channel);
    const index = kept?.entries.findLastIndex((entry) => entry.id === id) ?? -1;
    if (!kept || index < 0) return;
    const size = kept.entries.splice(index, 1).reduce((sum, entry) => sum + sizeOf(entry), 0);
    kept.size -= size;
    this.#size -= size;
  }

  #deleteLines(kept: ChannelLines, count: number): void {
    const size = kept.entries.splice(0, count).reduce((sum, entry) => sum + sizeOf(entry), 0);
    kept.size -= size;
    this.#size -= size;
  }

  /** Does nothing: there is no storage to commit to. */
  commit(): void {}

  /** Whether there are uncommitted changes: never. */
  readonly pending = false;

  /** Does nothing. */
  rollback(): void {}

  /** Returns true. */
  canWrite(): boolean {
    return true;
  }

  /** Returns the lines of a range, the oldest first. */
  find(range: HistoryRange): readonly HistoryEntry[] {
    const kept = (this.#channels.get(range.channel)?.entries ?? []).slice(-this.#lines);
    const { behind = 0, before = Infinity, later = -Infinity, earlier = Infinity } = range;
    const found = kept.filter(({ place, time, only }) =>
      place > behind && place < before && time > later && time < earlier && (only === undefined || only === range.only)
    );
    return range.first ? found.slice(0, range.limit) : found.slice(Math.max(0, found.length - range.limit));
  }

  /** Returns the position of the line with an id. */
  locate(channel: string, id: string): HistoryPosition | undefined {
    return this.#channels.get(channel)?.entries.findLast((entry) => entry.id === id);
  }

  /** Returns the positions of the lines with exactly this time. */
  locateTime(channel: string, time: number): PositionRange | undefined {
    const found = this.#channels.get(channel)?.entries.filter((entry) => entry.time === time) ?? [];
    const [first, last] = [found[0], found.at(-1)];
    return first && last ? { first: first.place, last: last.place } : undefined;
  }

  /** Whether channels are stored: no. */
  readonly storesChannels = false;

  /** Does nothing. */
  saveChannel(): void {}

  /** Returns no channels. */
  channels(): readonly string[] {
    return [];
  }

  /** Deletes all lines. */
  [Symbol.dispose](): void {
    this.#channels.clear();
  }
}

function sizeOf({ line, tags }: NewHistoryEntry): number {
  return line.length + tags.length + ENTRY_OVERHEAD_CHARS;
}
