import { foldName } from "../../codec/names.ts";
import { MaskList } from "./mask_list.ts";
import type { Setting } from "./setting.ts";
import type { EncodedMessage } from "../send/encoded_message.ts";
import type { Session } from "../client/session.ts";

/** Ranks of a member, as bits, so that a member can have both. */
export const RANK = { none: 0, voice: 1, op: 2 } as const;

/** Letter of a list mode. */
export type ListMode = "b" | "e" | "I";

/** Identity of a channel that existed before. */
export interface ChannelOrigin {
  /** Incarnation of the channel. */
  readonly incarnation?: string;
  /** Time of creation, in seconds since 1970. */
  readonly created?: number;
}

/** Channel with at least one member, or restored after a restart. */
export class Channel {
  /** Name as its first member wrote it. */
  readonly name: string;
  /** Folded name, used for comparison. */
  readonly key: string;
  /** Unique id, different for each channel that has had the name. */
  readonly incarnation: string;
  /** Time of creation, in seconds since 1970. */
  readonly created: number;
  /** Members with their ranks. */
  readonly members: Map<Session, number> = new Map();
  /** Modes without a parameter that are set. */
  readonly flags: Set<string> = new Set(["n", "t"]);
  /** Clients that an operator has invited and that have not joined yet. */
  readonly invited: Set<Session> = new Set();
  /** Ranks of the members before a restart, by their masks; restored when they rejoin. */
  readonly savedRanks: Map<string, number> = new Map();
  /** Topic. */
  topic?: Setting;
  /** Channel key (mode `k`). */
  password?: string;
  /** Limit of members (mode `l`). */
  limit?: number;
  /** Lists of masks by mode: bans, ban exceptions and invite exceptions. */
  readonly lists: Readonly<Record<ListMode, MaskList>> = { b: new MaskList(), e: new MaskList(), I: new MaskList() };

  /** Creates a channel without members; a restored one keeps its incarnation and time of creation. */
  constructor(name: string, { incarnation = crypto.randomUUID(), created = seconds() }: ChannelOrigin = {}) {
    this.name = name;
    this.key = foldName(name);
    this.incarnation = incarnation;
    this.created = created;
  }

  /** Sends to all members except one. */
  send(encoded: EncodedMessage, except?: Session): void {
    for (const member of this.members.keys()) if (member !== except) member.send(encoded);
  }

  /** Sends to the members that have one of the ranks. */
  sendTo(ranks: number, encoded: EncodedMessage, except?: Session): void {
    for (const [member, rank] of this.members) if ((rank & ranks) !== 0 && member !== except) member.send(encoded);
  }

  /** Returns whether a client is an operator of the channel. */
  isOp(session: Session): boolean {
    return ((this.members.get(session) ?? 0) & RANK.op) !== 0;
  }

  /** Returns whether a client can send to the channel. */
  maySpeak(session: Session): boolean {
    const rank = this.members.get(session);
    if (rank === undefined && this.flags.has("n")) return false;
    if ((rank ?? 0) > 0) return true;
    return !this.flags.has("m") && !this.isBanned(session);
  }

  /** Returns whether a client is banned, and no exception matches it. */
  isBanned(session: Session): boolean {
    return this.lists.b.matches(session) && !this.lists.e.matches(session);
  }

  /** Whether joining is restricted: later members then do not get the history. */
  get closed(): boolean {
    return this.flags.has("i") || this.password !== undefined;
  }

  /** Returns whether a client can see the channel. */
  visibleTo(session: Session): boolean {
    return !this.flags.has("s") || this.members.has(session);
  }

  /** Returns the modes with their parameters; the key only for members. */
  modes(session: Session): string[] {
    const letters = [...this.flags].sort().join("") + (this.password === undefined ? "" : "k") +
      (this.limit === undefined ? "" : "l");
    const inside = this.members.has(session);
    return [
      `+${letters}`,
      ...(this.password === undefined ? [] : [inside ? this.password : "*"]),
      ...(this.limit === undefined ? [] : [`${this.limit}`]),
    ];
  }
}

/** Returns the prefix of a member's nickname: the highest one, or all of them. */
export function prefixOf(rank: number, all = false): string {
  const marks = (rank & RANK.op ? "@" : "") + (rank & RANK.voice ? "+" : "");
  return all ? marks : marks.slice(0, 1);
}

/** Returns the current time, in seconds since 1970. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
