import type { AccountStore } from "../account/account.ts";
import type { RecordStore } from "./record_store.ts";

/** Line of a channel or of a private conversation, as stored. */
export interface HistoryEntry {
  /** Position: it increases with each line. */
  readonly place: number;
  /** Id of the message (IRCv3 message-ids). */
  readonly id: string;
  /** Time in milliseconds since 1970. */
  readonly time: number;
  /** Folded name of the channel, or the key of the private conversation (`talkKey`). */
  readonly channel: string;
  /**
   * Message without tags: `:ann!a@host PRIVMSG #lobby :hello`. The parts of a multiline message are joined by
   * `joinParts`.
   */
  readonly line: string;
  /** Client tags of the sender, escaped. */
  readonly tags: string;
  /**
   * Incarnation of the channel, set for messages sent while the channel was restricted (modes `i` and `k`): only the
   * same incarnation shows them again. After its last member has left, the server cannot tell who may see them.
   */
  readonly only?: string;
  /** Account of the sender, if it was logged in. */
  readonly account?: string;
  /**
   * Whether it is not a message but an event: JOIN, PART, QUIT, KICK, NICK, TOPIC, MODE.
   *
   * @default {false}
   */
  readonly event?: boolean;
}

/** Line to be added; without a position it comes after all others. */
export type NewHistoryEntry = Omit<HistoryEntry, "place"> & { readonly place?: number };

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
  /** Whether to return events, too. */
  readonly events?: boolean;
}

/** Search for messages. */
export interface HistorySearch {
  /** Channels and private conversations to search, by their keys, with the incarnation whose messages are included. */
  readonly places: ReadonlyMap<string, string>;
  /** Limit of messages. */
  readonly limit: number;
  /** Words that the message has to contain, in any order. */
  readonly text?: string;
  /** Nickname of the sender. */
  readonly from?: string;
  /** First time, inclusive; with it the first messages are returned instead of the last. */
  readonly after?: number;
  /** Last time, inclusive. */
  readonly before?: number;
}

/** Stores how far accounts have read. */
export interface MarkerStore {
  /** Returns the time of a marker; undefined when it is not set. */
  get(account: string, target: string): number | undefined;
  /** Sets a marker, with the next commit; returns false at the limit of markers of the account. */
  set(account: string, target: string, time: number): boolean;
}

/** First and last position of the lines with one time. */
export interface PositionRange {
  /** First position. */
  readonly first: number;
  /** Last position. */
  readonly last: number;
}

/** Stores the messages of channels and of private conversations. */
export interface History extends Disposable {
  /** Markers of accounts. */
  readonly markers: MarkerStore;
  /**
   * Adds a line; `find` returns it at once, the next `commit` makes it durable. Events of channels without messages are
   * not stored, so that joining channels does not displace the messages of others.
   */
  add(entry: NewHistoryEntry): void;
  /** Deletes all lines; in a file, none: it has what the network has. */
  clear(): void;
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
  /**
   * Returns the last `lines` messages and as many events of each channel and private conversation, each in their order,
   * the least recently active of the last `channels` first.
   */
  recent(lines: number, channels: number): readonly HistoryEntry[];
  /** Returns the position of the line with an id. */
  locate(channel: string, id: string): HistoryPosition | undefined;
  /**
   * Returns the positions of the lines with exactly this time. Positions only increase, while the clock may be set
   * back: later lines are found by position.
   */
  locateTime(channel: string, time: number): PositionRange | undefined;
  /** Returns the messages that a search finds, the oldest first. */
  search(search: HistorySearch): readonly HistoryEntry[];
  /** Returns the folded names of the accounts that an account has talked to, the last ones first, at most `limit`. */
  talks(account: string, limit: number): readonly string[];
  /** Deletes lines that are older than the limit of age; the next commit makes it durable. */
  expire(now?: number): void;
  /** Does a part of the work of removing deleted texts from the file, and commits it; nothing while there are uncommitted changes. */
  tidy(): void;
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
