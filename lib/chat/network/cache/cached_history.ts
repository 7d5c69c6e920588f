import { SystemError } from "../../../core/mod.ts";
import type { FileHistory } from "../../history/file_history.ts";
import type {
  History,
  HistoryEntry,
  HistoryPosition,
  HistoryRange,
  HistorySearch,
  NewHistoryEntry,
  PositionRange,
} from "../../history/history.ts";
import { MemoryMarkers } from "../../history/memory_markers.ts";
import { MemoryRecords, NETWORK_RECORD } from "../../history/record_store.ts";
import { type CacheExtent, fillUpTo, formatExtent, type Gap, includes, parseExtent } from "./extent.ts";

/** Kind of the records of messages that were deleted while others were missing. */
const REMOVED = "network-removed";

/**
 * History of a server in a network, in a file that can be rebuilt from the log: what the file has of the log is stored
 * in the same transaction as the lines. The log is what makes messages durable. While the file cannot be written, the
 * server goes on without, and what is missing is added later.
 */
export class CachedHistory implements History {
  /** Markers of accounts, which follow from the log. */
  readonly markers: MemoryMarkers = new MemoryMarkers();
  /** Accounts of the file: none are used. */
  readonly accounts: FileHistory["accounts"];
  /** Records, which follow from the log. */
  readonly records: MemoryRecords = new MemoryRecords();
  /** Whether channels are stored: no, they follow from the log. */
  readonly storesChannels = false;
  readonly #file: FileHistory;
  readonly #report: (error?: SystemError) => void;
  readonly #removed: Set<string>;
  #extent: CacheExtent;
  #stored: CacheExtent;
  /** Whether many lines are being added, of which some thousand are one transaction. No client waits for a commit. */
  batching = false;
  #sequence = 0;
  /** Highest position in the file before a snapshot; its later lines are missing. */
  #missing = Infinity;
  #lost = false;

  /**
   * Uses a file, which it closes; `report` gets failures to write it, and undefined when it can be written again.
   *
   * @throws {SystemError} `history-unusable` when the file has lines that are not of the log with an id.
   */
  constructor(file: FileHistory, id: string, report: (error?: SystemError) => void) {
    const [text] = file.records.all(NETWORK_RECORD);
    const stored = text === undefined ? undefined : parseExtent(text);
    if (stored ? stored.id !== id : text !== undefined || file.lastPlace > 0) {
      throw new SystemError(`cannot use the history file ${file.path}: it does not belong to this network`, {
        code: "history-unusable",
        operation: "history",
        reason: "history",
      });
    }
    file.relax();
    this.#file = file;
    this.#report = report;
    this.accounts = file.accounts;
    this.#removed = new Set(file.records.all(REMOVED));
    this.#extent = this.#stored = stored ?? { id, head: 0, gaps: [] };
  }

  /** Messages of the log that the file does not have. */
  get gaps(): readonly Gap[] {
    return this.#lost ? [] : this.#extent.gaps;
  }

  /** Limits of the file. */
  get limits(): Pick<FileHistory, "lines" | "age"> {
    return this.#file;
  }

  /** Begins at a snapshot with a sequence, whose lines are added next. */
  start(sequence: number): void {
    const { head, gaps } = this.#extent;
    this.#sequence = sequence;
    this.#missing = sequence > head ? this.#file.lastPlace : Infinity;
    if (sequence > head) this.#extent = { ...this.#extent, head: sequence, gaps: [...gaps, [head + 1, sequence]] };
  }

  /** Begins to carry out a message of the log; its lines are added next. */
  begin(sequence: number): void {
    this.#missing = Infinity;
    this.#sequence = sequence;
  }

  /** Records that the lines of the message are added. */
  applied(): void {
    if (this.#sequence > this.#extent.head) this.#extent = { ...this.#extent, head: this.#sequence };
  }

  /** Adds a line, unless the file has it. */
  add(entry: NewHistoryEntry): void {
    const snapshot = this.#missing < Infinity;
    if (snapshot ? (entry.place ?? 0) <= this.#missing : includes(this.#extent, this.#sequence)) return;
    this.#try(() => this.#file.add(entry));
  }

  /** Adds a line that is missing, unless it is there by now, or was deleted. */
  addMissing(entry: NewHistoryEntry): void {
    const { channel, id } = entry;
    if (this.#removed.has(removedKey(channel, id))) return;
    this.#try(() => this.#file.locate(channel, id) === undefined && this.#file.add(entry));
  }

  /** Deletes a line. */
  remove(channel: string, id: string): void {
    if (includes(this.#extent, this.#sequence)) return;
    this.removeMissing(channel, id);
    if (this.gaps.length === 0) return;
    const key = removedKey(channel, id);
    this.#removed.add(key);
    this.#try(() => this.#file.records.save(REMOVED, key, key));
  }

  /** Deletes a line while messages that are missing are carried out. */
  removeMissing(channel: string, id: string): void {
    this.#try(() => this.#file.remove(channel, id));
  }

  /** Records that what was missing up to a message is added. */
  filled(sequence: number): void {
    this.#extent = { ...this.#extent, gaps: fillUpTo(this.#extent.gaps, sequence) };
    if (this.#extent.gaps.length > 0) return;
    for (const key of this.#removed) this.#try(() => this.#file.records.save(REMOVED, key, undefined));
    this.#removed.clear();
  }

  /** Finds out whether the file can be written again; what was not written is missing then. */
  retry(): void {
    if (!this.#lost || !this.#file.canWrite()) return;
    const { head } = this.#extent;
    const { head: before, gaps } = this.#stored;
    this.#lost = false;
    this.#extent = { ...this.#extent, gaps: head > before ? [...gaps, [before + 1, head]] : gaps };
    this.commitNow();
    if (!this.#lost) this.#report();
  }

  /** Commits the lines and the extent, unless many lines are being added. */
  commit(): void {
    if (!this.batching) this.commitNow();
  }

  /** Commits the lines and the extent. */
  commitNow(): void {
    if (this.#lost || (!this.#file.pending && this.#extent.gaps === this.#stored.gaps)) return;
    const extent = this.#extent;
    const { id } = extent;
    if (this.#try(() => this.#file.records.save(NETWORK_RECORD, id, formatExtent(extent)))) {
      if (this.#try(() => this.#file.commit())) this.#stored = extent;
    }
  }

  /** Whether there are uncommitted changes. */
  get pending(): boolean {
    return this.#file.pending;
  }

  /** Does nothing: a failure is handled where it happens. */
  rollback(): void {}

  /** Returns true: the server goes on without the file. */
  canWrite(): boolean {
    return true;
  }

  /** Deletes lines that are older than the limit of age. */
  expire(now?: number): void {
    this.#try(() => this.#file.expire(now));
  }

  /** Does a part of the work of removing deleted texts from the file. */
  tidy(): void {
    this.#try(() => this.#file.tidy());
  }

  /** Forgets the markers; the file has the lines that the network has. */
  clear(): void {
    this.markers.clear();
  }

  /** Returns the lines of a range, the oldest first. */
  find(range: HistoryRange): readonly HistoryEntry[] {
    return this.#file.find(range);
  }

  /** Returns the last lines of the channels. */
  recent(lines: number, channels: number): readonly HistoryEntry[] {
    return this.#file.recent(lines, channels);
  }

  /** Returns the position of the line with an id. */
  locate(channel: string, id: string): HistoryPosition | undefined {
    return this.#file.locate(channel, id);
  }

  /** Returns the positions of the lines with exactly this time. */
  locateTime(channel: string, time: number): PositionRange | undefined {
    return this.#file.locateTime(channel, time);
  }

  /** Returns the messages that a search finds, the oldest first. */
  search(search: HistorySearch): readonly HistoryEntry[] {
    return this.#file.search(search);
  }

  /** Returns the accounts that an account has talked to, the last ones first. */
  talks(account: string, limit: number): readonly string[] {
    return this.#file.talks(account, limit);
  }

  /** Does nothing. */
  saveChannel(): void {}

  /** Returns no channels. */
  channels(): readonly string[] {
    return [];
  }

  /** Commits and closes. */
  [Symbol.dispose](): void {
    this.commitNow();
    this.#file[Symbol.dispose]();
  }

  /** Writes to the file, if that is possible; returns whether it was. */
  #try(work: () => void): boolean {
    if (this.#lost) return false;
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.#lost = true;
      this.#file.rollback();
      this.#report(error);
      return false;
    }
  }
}

function removedKey(channel: string, id: string): string {
  return `${channel} ${id}`;
}
