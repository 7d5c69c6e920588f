import { MemoryAccounts } from "../account/memory_accounts.ts";
import { foldName } from "../codec/names.ts";
import type {
  History,
  HistoryEntry,
  HistoryPosition,
  HistoryRange,
  HistorySearch,
  NewHistoryEntry,
  PositionRange,
} from "./history.ts";
import type { HistoryLimits } from "./history_limits.ts";
import { MemoryMarkers } from "./memory_markers.ts";
import { MemoryRecords } from "./record_store.ts";
import { containsPhrases, foldWords, phrasesOf } from "./codec/search_words.ts";
import { readStored, textOfParts } from "./codec/stored_text.ts";
import { accountsOfTalk } from "./codec/talk_key.ts";

/** Lines of a channel. */
interface ChannelLines {
  /** Messages and events, in order. */
  entries: HistoryEntry[];
  /** Number of events among them. */
  events: number;
  size: number;
}

/** Overhead of an entry, counted in characters. */
const ENTRY_OVERHEAD_CHARS = 200;

/** Keeps the last lines of each channel in memory. */
export class MemoryHistory implements History {
  /** Markers of accounts. */
  readonly markers: MemoryMarkers = new MemoryMarkers();
  /** Accounts. */
  readonly accounts: MemoryAccounts = new MemoryAccounts();
  /** Small records. */
  readonly records: MemoryRecords = new MemoryRecords();
  readonly #lines: number;
  readonly #maxChannels: number;
  readonly #maxChars: number;
  readonly #age?: number;
  readonly #channels = new Map<string, ChannelLines>();
  #size = 0;
  #place = 0;

  /** Creates an empty history. */
  constructor(limits: HistoryLimits = {}) {
    this.#lines = limits.lines ?? 1000;
    this.#maxChannels = limits.channels ?? 200;
    this.#maxChars = limits.bytes ?? 64 << 20;
    this.#age = limits.age;
  }

  /** Adds a line. */
  add(entry: NewHistoryEntry): void {
    const known = this.#channels.get(entry.channel);
    if (entry.event && !known) return;
    const kept = known ?? { entries: [], events: 0, size: 0 };
    this.#place = entry.place ?? this.#place + 1;
    kept.entries.push({ ...entry, place: this.#place });
    if (entry.event) kept.events++;
    kept.size += sizeOf(entry);
    this.#size += sizeOf(entry);
    // Trimmed in blocks: removing the first line each time would move all others.
    const count = entry.event ? kept.events : kept.entries.length - kept.events;
    if (count >= this.#lines * 2) this.#trim(kept, entry.event === true, count - this.#lines);
    if (!entry.event) {
      this.#channels.delete(entry.channel);
      this.#channels.set(entry.channel, kept);
    }
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
    if (kept) this.#keep(kept, (entry) => entry.id !== id);
  }

  /** Does nothing: there is no file. */
  tidy(): void {}

  /** Deletes lines that are older than the limit of age. */
  expire(now: number = Date.now()): void {
    const first = now - (this.#age ?? Infinity);
    for (const kept of this.#channels.values()) {
      if (kept.entries.some(({ time }) => time < first)) this.#keep(kept, ({ time }) => time >= first);
    }
  }

  /** Deletes the oldest messages or events of a channel. */
  #trim(kept: ChannelLines, event: boolean, count: number): void {
    let left = count;
    this.#keep(kept, (entry) => (entry.event === true) !== event || left-- <= 0);
  }

  #deleteLines(kept: ChannelLines, count: number): void {
    let left = count;
    this.#keep(kept, () => left-- <= 0);
  }

  /** Deletes all lines that a condition does not hold for. */
  #keep(kept: ChannelLines, wanted: (entry: HistoryEntry) => boolean): void {
    kept.entries = kept.entries.filter((entry) => {
      if (wanted(entry)) return true;
      if (entry.event) kept.events--;
      kept.size -= sizeOf(entry);
      this.#size -= sizeOf(entry);
      return false;
    });
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
    const { channel, behind = 0, before = Infinity, later = -Infinity, earlier = Infinity, only, events } = range;
    const found = this.#visible(channel, only, events).filter(({ place, time }) =>
      place > behind && place < before && time > later && time < earlier
    );
    return range.first ? found.slice(0, range.limit) : found.slice(Math.max(0, found.length - range.limit));
  }

  /** Returns the messages that a search finds, the oldest first. */
  search({ places, limit, text = "", from, after, before = Infinity }: HistorySearch): readonly HistoryEntry[] {
    const phrases = phrasesOf(text);
    // A text without words is in no message.
    if (text !== "" && phrases.length === 0) return [];
    const found = [...places].flatMap(([channel, only]) =>
      this.#visible(channel, only).filter(({ line, time }) => {
        if (time < (after ?? -Infinity) || time > before) return false;
        const message = readStored(line);
        if (!message || (from !== undefined && foldName(message.nick) !== foldName(from))) return false;
        return phrases.length === 0 || containsPhrases(foldWords(textOfParts(message.parts)), phrases);
      })
    ).sort((one, other) => one.place - other.place);
    return after === undefined ? found.slice(Math.max(0, found.length - limit)) : found.slice(0, limit);
  }

  /** Returns the accounts that an account has talked to, the last ones first. */
  talks(account: string, limit: number): readonly string[] {
    const found: string[] = [];
    for (const key of this.#channels.keys()) {
      const [one, other] = accountsOfTalk(key) ?? [];
      if (one === account && other !== undefined) found.push(other);
      else if (other === account && one !== undefined) found.push(one);
    }
    return found.reverse().slice(0, limit);
  }

  /** Returns the last lines of the channels. */
  recent(lines: number, channels: number): readonly HistoryEntry[] {
    return [...this.#channels.values()].slice(-channels).flatMap(({ entries, events }) => {
      const skipped = { events: events - lines, messages: entries.length - events - lines };
      return entries.filter(({ event }) => (event ? skipped.events-- : skipped.messages--) <= 0);
    });
  }

  /** Returns the lines that may be shown, within the limit of lines. */
  #visible(channel: string, only: string, events = false): readonly HistoryEntry[] {
    const entries = this.#channels.get(channel)?.entries ?? [];
    const kept = events ? entries : entries.filter(({ event }) => !event).slice(-this.#lines);
    return kept.filter((entry) => entry.only === undefined || entry.only === only);
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
  clear(): void {
    this.#channels.clear();
    this.markers.clear();
    this.#size = 0;
    this.#place = 0;
  }

  /** Deletes all lines. */
  [Symbol.dispose](): void {
    this.clear();
  }
}

function sizeOf({ line, tags }: NewHistoryEntry): number {
  return line.length + tags.length + ENTRY_OVERHEAD_CHARS;
}
