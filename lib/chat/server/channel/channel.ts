import { foldName } from "../../codec/names.ts";
import { MaskList } from "./mask_list.ts";
import type { EncodedMessage } from "../send/encoded_message.ts";
import type { Session } from "../client/session.ts";

/** What a member may do: bits, so that both can be had. */
export const RANK = { none: 0, voice: 1, op: 2 } as const;

/** Something that was set by somebody. */
export interface Setting {
  /** What: a topic, a mask. */
  readonly text: string;
  /** By whom. */
  readonly by: string;
  /** When, in seconds since 1970. */
  readonly at: number;
}

/** The letter of a mode that is a list of masks. */
export type ListMode = "b" | "e" | "I";

/** Where a channel comes from. */
export interface ChannelOrigin {
  /** Tells it from others of its name. */
  readonly incarnation?: string;
  /** When it was created, in seconds since 1970. */
  readonly created?: number;
}

/** A channel, for as long as somebody is in it. */
export class Channel {
  /** Its name as its first member wrote it. */
  readonly name: string;
  /** The form that is compared. */
  readonly key: string;
  /** Tells it from others that had its name before. */
  readonly incarnation: string;
  /** When it came about, in seconds since 1970. */
  readonly created: number;
  /** Who is in it, with their rank. */
  readonly members: Map<Session, number> = new Map();
  /** Modes without a parameter that are set. */
  readonly flags: Set<string> = new Set(["n", "t"]);
  /** Who was invited by an operator and has not come yet. */
  readonly invited: Set<Session> = new Set();
  /** The ranks of members of before a restart, by their masks: who comes back has them again. */
  readonly savedRanks: Map<string, number> = new Map();
  /** The topic. */
  topic?: Setting;
  /** Mode `k`: the word that one has to know to join. */
  password?: string;
  /** Mode `l`: how many may be in it. */
  limit?: number;
  /** Lists of masks by the letter of their mode: bans, exceptions to these, and exceptions to invite-only. */
  readonly lists: Readonly<Record<ListMode, MaskList>> = { b: new MaskList(), e: new MaskList(), I: new MaskList() };

  /** Makes an empty one; one that there was before has its own incarnation and time. */
  constructor(name: string, { incarnation = crypto.randomUUID(), created = seconds() }: ChannelOrigin = {}) {
    this.name = name;
    this.key = foldName(name);
    this.incarnation = incarnation;
    this.created = created;
  }

  /** Sends to all members but one. */
  send(encoded: EncodedMessage, except?: Session): void {
    for (const member of this.members.keys()) if (member !== except) member.send(encoded);
  }

  /** Sends to the members whose rank has one of these bits. */
  sendTo(ranks: number, encoded: EncodedMessage, except?: Session): void {
    for (const [member, rank] of this.members) if ((rank & ranks) !== 0 && member !== except) member.send(encoded);
  }

  /** Whether somebody may set modes and the like. */
  isOp(session: Session): boolean {
    return ((this.members.get(session) ?? 0) & RANK.op) !== 0;
  }

  /** Whether somebody may say something in it. */
  maySpeak(session: Session): boolean {
    const rank = this.members.get(session);
    if (rank === undefined && this.flags.has("n")) return false;
    if ((rank ?? 0) > 0) return true;
    return !this.flags.has("m") && !this.isBanned(session);
  }

  /** Whether a client is banned, and no exception matches it. */
  isBanned(session: Session): boolean {
    return this.lists.b.matches(session) && !this.lists.e.matches(session);
  }

  /** Whether not everybody may join: what is said is then not for those who come later. */
  get closed(): boolean {
    return this.flags.has("i") || this.password !== undefined;
  }

  /** Whether those outside get to know of it. */
  visibleTo(session: Session): boolean {
    return !this.flags.has("s") || this.members.has(session);
  }

  /** Its modes with their parameters; the word only for those who know it. */
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

/** The marks before a member's nick: the highest, or all of them. */
export function prefixOf(rank: number, all = false): string {
  const marks = (rank & RANK.op ? "@" : "") + (rank & RANK.voice ? "+" : "");
  return all ? marks : marks.slice(0, 1);
}

/** Now, in seconds since 1970. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
