/** A line of a channel, as it is kept. */
export interface HistoryEntry {
  /** Its place: a later line has a higher one. */
  readonly place: number;
  /** Its id (IRCv3 message-ids). */
  readonly id: string;
  /** When it was said, in milliseconds since 1970. */
  readonly time: number;
  /** The channel, in the form that is compared. */
  readonly channel: string;
  /** The message without tags: `:ann!a@host PRIVMSG #lobby :hello`. */
  readonly line: string;
  /** The tags of the sender's client, escaped. */
  readonly tags: string;
  /**
   * Set for what was said while not everybody could join (modes `i` and `k`): only the channel that was then, under
   * this name, shows it again. When its last member has left, nobody can tell who may see it.
   */
  readonly only?: string;
}

/** A line that is to be kept. */
export type NewHistoryEntry = Omit<HistoryEntry, "place">;

/** Where a line stands. */
export type HistoryPosition = Pick<HistoryEntry, "place" | "time">;

/** Which lines of a channel are looked for; all bounds are exclusive. */
export interface HistoryRange {
  /** The channel, in the form that is compared. */
  readonly channel: string;
  /** The name under which the channel may show what was said in private. */
  readonly only: string;
  /** How many lines at most. */
  readonly limit: number;
  /** Lines behind this place. */
  readonly behind?: number;
  /** Lines before this place. */
  readonly before?: number;
  /** Lines later than this time. */
  readonly later?: number;
  /** Lines earlier than this time. */
  readonly earlier?: number;
  /** Whether the first of these are meant, rather than the last. */
  readonly first?: boolean;
}

/** The first and the last place of the lines of one time. */
export interface PositionRange {
  /** The first place. */
  readonly first: number;
  /** The last place. */
  readonly last: number;
}

/** Keeps what was said. */
export interface History extends Disposable {
  /** Takes a line; it is kept for good with the next `commit`, but `find` sees it already. */
  add(entry: NewHistoryEntry): void;
  /** Deletes the line with this id, for good with the next `commit`. */
  remove(channel: string, id: string): void;
  /** Makes sure that what was added survives the end of this process; cheap when there is nothing to do. */
  commit(): void;
  /** Whether there are lines that were added since the last commit. */
  readonly pending: boolean;
  /** Gives up what was added since the last commit: it could not be kept. */
  rollback(): void;
  /** Whether lines can be kept again after that; writes something, to see. */
  canWrite(): boolean;
  /** The lines of a range, the oldest first. */
  find(range: HistoryRange): readonly HistoryEntry[];
  /** Where the line with this id stands in a channel. */
  locate(channel: string, id: string): HistoryPosition | undefined;
  /**
   * Where the lines of exactly this time stand in a channel. Places only grow, while the clock may be set back: what was
   * said after a line is found by its place.
   */
  locateTime(channel: string, time: number): PositionRange | undefined;
  /** Whether channels are kept, too. */
  readonly storesChannels: boolean;
  /** Keeps a channel with the next `commit`; undefined removes it. */
  saveChannel(key: string, state: string | undefined): void;
  /** The channels that are kept, at most `limit`: those that were saved last. */
  channels(limit: number): readonly string[];
}
