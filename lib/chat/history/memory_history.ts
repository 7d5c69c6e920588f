import type {
  History,
  HistoryEntry,
  HistoryPosition,
  HistoryRange,
  NewHistoryEntry,
  PositionRange,
} from "./history.ts";

/** How much is kept in memory. */
export interface MemoryHistoryOptions {
  /** Lines of a channel. @default 1000 */
  readonly lines?: number;
  /** Channels; the one that was silent for longest is forgotten first. @default 200 */
  readonly channels?: number;
  /** Characters of all lines together; the channel that has most of them loses its oldest lines. @default 64 Mi */
  readonly size?: number;
}

/** The lines of a channel. */
interface ChannelLines {
  readonly entries: HistoryEntry[];
  size: number;
}

/** What an entry takes beside its texts. */
const ENTRY_OVERHEAD_CHARS = 200;

/** Keeps the last lines of each channel in memory, for as long as the process lives. */
export class MemoryHistory implements History {
  readonly #lines: number;
  readonly #maxChannels: number;
  readonly #maxChars: number;
  readonly #channels = new Map<string, ChannelLines>();
  #size = 0;
  #place = 0;

  /** Makes an empty one. */
  constructor(options: MemoryHistoryOptions = {}) {
    this.#lines = options.lines ?? 1000;
    this.#maxChannels = options.channels ?? 200;
    this.#maxChars = options.size ?? 64 << 20;
  }

  /** Takes a line. */
  add(entry: NewHistoryEntry): void {
    const kept = this.#channels.get(entry.channel) ?? { entries: [], size: 0 };
    kept.entries.push({ ...entry, place: ++this.#place });
    kept.size += sizeOf(entry);
    this.#size += sizeOf(entry);
    // Cut now and then: taking off the first one each time would move all others.
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

  /** Does nothing: memory keeps nothing for good. */
  commit(): void {}

  /** Never: there is nothing to commit. */
  readonly pending = false;

  /** Nothing: what was added is there. */
  rollback(): void {}

  /** Always. */
  canWrite(): boolean {
    return true;
  }

  /** The lines of a range, the oldest first. */
  find(range: HistoryRange): readonly HistoryEntry[] {
    const kept = (this.#channels.get(range.channel)?.entries ?? []).slice(-this.#lines);
    const { behind = 0, before = Infinity, later = -Infinity, earlier = Infinity } = range;
    const found = kept.filter(({ place, time, only }) =>
      place > behind && place < before && time > later && time < earlier && (only === undefined || only === range.only)
    );
    return range.first ? found.slice(0, range.limit) : found.slice(Math.max(0, found.length - range.limit));
  }

  /** Where the line with this id stands in a channel. */
  locate(channel: string, id: string): HistoryPosition | undefined {
    return this.#channels.get(channel)?.entries.findLast((entry) => entry.id === id);
  }

  /** Where the lines of exactly this time stand in a channel. */
  locateTime(channel: string, time: number): PositionRange | undefined {
    const found = this.#channels.get(channel)?.entries.filter((entry) => entry.time === time) ?? [];
    const [first, last] = [found[0], found.at(-1)];
    return first && last ? { first: first.place, last: last.place } : undefined;
  }

  /** False: memory does not outlive the server. */
  readonly storesChannels = false;

  /** Does nothing. */
  saveChannel(): void {}

  /** None. */
  channels(): readonly string[] {
    return [];
  }

  /** Forgets all. */
  [Symbol.dispose](): void {
    this.#channels.clear();
  }
}

function sizeOf({ line, tags }: NewHistoryEntry): number {
  return line.length + tags.length + ENTRY_OVERHEAD_CHARS;
}
