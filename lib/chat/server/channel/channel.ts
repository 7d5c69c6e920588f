import { foldName } from "../../codec/names.ts";
import { MaskList } from "./mask_list.ts";
import type { Setting } from "./setting.ts";
import type { EncodedMessage } from "../send/encoded_message.ts";
import type { Session } from "../client/session.ts";

/** Ranks of a member, as bits, so that a member can have several. */
export const RANK = { none: 0, voice: 1, op: 2, founder: 4 } as const;

/** Accounts with a rank in one channel. */
const MAX_ACCESS = 1000;

/** Letter of a list mode. */
export type ListMode = "b" | "e" | "I";

/** Rank of an account in a channel. */
export interface AccountRank {
  /** Name of the account. */
  readonly name: string;
  /** Rank: bits of {@link RANK}. */
  readonly rank: number;
}

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
  /** Seconds between two messages of a member without a rank (mode `w`). */
  slow?: number;
  /** Account that the channel belongs to: it is kept without members, and its operators are known by their accounts. */
  founder?: string;
  /** Ranks of accounts, by the folded name, when the channel belongs to one. */
  readonly access: Map<string, AccountRank> = new Map();
  /** Folded names of accounts that an operator has invited and that have not joined yet. */
  readonly invitedAccounts: Set<string> = new Set();
  /** Times of the last messages, in milliseconds, while the channel is slow. */
  readonly #spoke = new WeakMap<Session, number>();
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
    return ((this.members.get(session) ?? 0) & (RANK.op | RANK.founder)) !== 0;
  }

  /** Returns whether a client is the founder. */
  isFounder(session: Session): boolean {
    return ((this.members.get(session) ?? 0) & RANK.founder) !== 0;
  }

  /** Returns whether an operator has invited a client, or its account. */
  invites(session: Session): boolean {
    return this.invited.has(session) ||
      session.account !== undefined && this.invitedAccounts.has(foldName(session.account));
  }

  /** Removes the invitation of the account of a client that has joined. */
  admit(session: Session): void {
    if (session.account !== undefined) this.invitedAccounts.delete(foldName(session.account));
  }

  /** Sets the rank that an account has whenever it joins; returns false when too many have one. */
  setAccess(name: string, rank: number): boolean {
    const key = foldName(name);
    const kept = rank & (RANK.op | RANK.voice);
    if (kept === RANK.none) this.access.delete(key);
    else if (this.access.size >= MAX_ACCESS && !this.access.has(key)) return false;
    else this.access.set(key, { name, rank: kept });
    return true;
  }

  /** Returns the rank that the account of a client has here. */
  rankOf(session: Session): number {
    if (session.account === undefined || this.founder === undefined) return RANK.none;
    const key = foldName(session.account);
    return (this.access.get(key)?.rank ?? RANK.none) | (key === foldName(this.founder) ? RANK.founder : RANK.none);
  }

  /** Returns whether a client can send to the channel. */
  maySpeak(session: Session): boolean {
    const rank = this.members.get(session);
    if (rank === undefined && this.flags.has("n")) return false;
    if ((rank ?? 0) > 0) return true;
    return !this.flags.has("m") && !this.isBanned(session) && !this.isMuted(session);
  }

  /** Returns whether a client is banned, and no exception matches it. */
  isBanned(session: Session): boolean {
    return this.lists.b.matches(session) && !this.lists.e.matches(session);
  }

  /** Returns whether a client may not send, although it may join. */
  isMuted(session: Session): boolean {
    const { b, e } = this.lists;
    return b.mutes(session) && !e.matches(session) && !e.mutes(session);
  }

  /**
   * Returns how many milliseconds a client still has to wait because the channel is slow. When it is 0, the message counts as sent.
   */
  wait(session: Session, now: number): number {
    if (this.slow === undefined || (this.members.get(session) ?? 0) > 0) return 0;
    const rest = (this.#spoke.get(session) ?? -Infinity) + this.slow * 1000 - now;
    // A longer rest comes from a clock that was set back: it would last until that time.
    if (rest > 0 && rest <= this.slow * 1000) return rest;
    this.#spoke.set(session, now);
    return 0;
  }

  /** Returns the time of the last message of a client while the channel is slow, in milliseconds; 0 for none. */
  spokeAt(session: Session): number {
    return this.#spoke.get(session) ?? 0;
  }

  /** Sets that time. */
  setSpokeAt(session: Session, time: number): void {
    this.#spoke.set(session, time);
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
      (this.limit === undefined ? "" : "l") + (this.slow === undefined ? "" : "w");
    const inside = this.members.has(session);
    return [
      `+${letters}`,
      ...(this.password === undefined ? [] : [inside ? this.password : "*"]),
      ...(this.limit === undefined ? [] : [`${this.limit}`]),
      ...(this.slow === undefined ? [] : [`${this.slow}`]),
    ];
  }
}

/** Returns the prefix of a member's nickname: the highest one, or all of them. */
export function prefixOf(rank: number, all = false): string {
  const marks = (rank & RANK.founder ? "~" : "") + (rank & RANK.op ? "@" : "") + (rank & RANK.voice ? "+" : "");
  return all ? marks : marks.slice(0, 1);
}

/** Returns the current time, in seconds since 1970. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
