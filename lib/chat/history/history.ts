import type { AccountStore } from "../account/account.ts";
import type { RecordStore } from "./record_store.ts";

/** Line of a channel, as stored. */
export interface HistoryEntry {
  /** Position: it increases with each line. */
  readonly place: number;
  /** Id of the message (IRCv3 message-ids). */
  readonly id: string;
  /** Time in milliseconds since 1970. */
  readonly time: number;
  /** Folded name of the channel. */
  readonly channel: string;
  /** Message without tags: `:ann!a@host PRIVMSG #lobby :hello`. */
  readonly line: string;
  /** Client tags of the sender, escaped. */
  readonly tags: string;
  /**
   * Incarnation of the channel, set for messages sent while the channel was restricted (modes `i` and `k`): only the
   * same incarnation shows them again. After its last member has left, the server cannot tell who may see them.
   */
  readonly only?: string;
}

/** Line to be added. */
export type NewHistoryEntry = Omit<HistoryEntry, "place">;

/** Position and time of a line. */
export type HistoryPosition = Pick<HistoryEntry, "place" | "time">;

/** Range of lines of a channel; all bounds are exclusive. */
export interface HistoryRange {
  /** Folded name of the channel. */
  readonly channel: string;
  /** Incarnation of the channel, whose restricted messages are included. */
  readonly only: string;
  /** Limit of lines. */
  readonly limit: number;
  /** Lower bound of the position. */
  readonly behind?: number;
  /** Upper bound of the position. */
  readonly before?: number;
  /** Lower bound of the time. */
  readonly later?: number;
  /** Upper bound of the time. */
  readonly earlier?: number;
  /** Whether to return the first lines of the range instead of the last. */
  readonly first?: boolean;
}

/** First and last position of the lines with one time. */
export interface PositionRange {
  /** First position. */
  readonly first: number;
  /** Last position. */
  readonly last: number;
}

/** Stores the messages of channels. */
export interface History extends Disposable {
  /** Adds a line; `find` returns it at once, the next `commit` makes it durable. */
  add(entry: NewHistoryEntry): void;
  /** Deletes the line with an id; the next `commit` makes it durable. */
  remove(channel: string, id: string): void;
  /** Commits the changes; cheap when there are none. */
  commit(): void;
  /** Whether there are uncommitted changes. */
  readonly pending: boolean;
  /** Discards the uncommitted changes, after a failed commit. */
  rollback(): void;
  /** Returns whether lines can be written again; writes to the file to find out. */
  canWrite(): boolean;
  /** Returns the lines of a range, the oldest first. */
  find(range: HistoryRange): readonly HistoryEntry[];
  /** Returns the position of the line with an id. */
  locate(channel: string, id: string): HistoryPosition | undefined;
  /**
   * Returns the positions of the lines with exactly this time. Positions only increase, while the clock may be set
   * back: later lines are found by position.
   */
  locateTime(channel: string, time: number): PositionRange | undefined;
  /** Accounts; the next `commit` makes their changes durable. */
  readonly accounts: AccountStore;
  /** Small records, such as bans; the next `commit` makes their changes durable. */
  readonly records: RecordStore;
  /** Whether channels are stored, too. */
  readonly storesChannels: boolean;
  /** Stores a channel with the next `commit`; undefined removes it. */
  saveChannel(key: string, state: string | undefined): void;
  /** Returns the stored channels, at most `limit`, the last saved first. */
  channels(limit: number): readonly string[];
}
