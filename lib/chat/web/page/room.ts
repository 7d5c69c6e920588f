import { foldName } from "../../codec/names.ts";
import { isChannel } from "./wire.ts";

/** A line of a room. */
export interface Line {
  /** Its kind. */
  readonly kind: "message" | "action" | "notice" | "note";
  /** Its text, as it is shown. */
  readonly text: string;
  /** Its time. */
  readonly time: Date;
  /** Its sender; nothing for a note. */
  readonly nick?: string;
  /** Whether it is the user's own. */
  readonly own?: boolean;
  /** Its id (IRCv3 msgid). */
  readonly id?: string;
  /** Its text, as it was sent. */
  readonly said?: string;
  /** Whether it mentions the user. */
  readonly forMe?: boolean;
  /** Whether it reports a failure. */
  readonly bad?: boolean;
  /** Whether it is the first unread one. */
  first?: boolean;
  /** Its place in the room: one more than the line before. */
  place?: number;
}

/** A message of the user that the server has not confirmed. */
export interface Pending {
  /** Its label (IRCv3 labeled-response). */
  readonly label: string;
  /** Its text, as it is sent. */
  readonly text: string;
  /** Its text, as it is shown. */
  readonly shown: string;
  /** Whether it is an action (`/me`). */
  readonly action: boolean;
  /** State of its delivery. */
  state: "sent" | "waiting" | "unknown" | "failed";
  /** The reason of that; empty when there is none. */
  why: string;
}

/** Number of lines of one room that are held; what was said before is asked for again when it is scrolled to. */
const MAX_LINES = 2000;

/** A channel or a private conversation. */
export class Room {
  /** Its name, as it was first written. */
  readonly name: string;
  /** The key with which it is joined. */
  key = "";
  /** One piece of what was said, without gaps. */
  lines: Line[] = [];
  /** The ids of those lines. */
  readonly ids = new Set<string>();
  /** Whether the piece reaches to now; when it does not, what is said now is only counted. */
  live = true;
  /** Whether the server may have more from before. */
  more: boolean;
  /** Lines that arrive while the past is under way. */
  held?: Line[];
  /** The prefix of each member, by nick. */
  people = new Map<string, string>();
  /** The list of members that is under way. */
  listing?: Map<string, string>;
  /** Its topic. */
  topic = "";
  /** Number of unread messages. */
  unread = 0;
  /** Number of those that mention the user, or are private. */
  mentions = 0;
  /** Time up to which the user has read it, in milliseconds since 1970; 0 when that is not known. */
  read = 0;
  /** The first unread line, until the user has seen it. */
  firstUnread?: Line;
  /** Whether the user is in it. */
  inside = false;
  /** Whether it is joined again after the connection was lost. */
  wanted = false;
  /** Whether it is shown as soon as it is joined. */
  opened = false;
  /** Messages of the user that are not confirmed yet. */
  readonly outbox: Pending[] = [];

  /** Creates an empty one. */
  constructor(name: string) {
    this.name = name;
    this.more = isChannel(name);
  }

  /** The place of the first line. */
  get first(): number {
    return this.lines[0]?.place ?? 0;
  }

  /** The place of the last line. */
  get last(): number {
    return this.lines.at(-1)?.place ?? -1;
  }

  /** The id of the first line that has one. */
  get oldest(): string | undefined {
    return this.lines.find((line) => line.id)?.id;
  }

  /** The id of the last line that has one. */
  get newest(): string | undefined {
    return this.lines.findLast((line) => line.id)?.id;
  }

  /** Returns the line at a place. */
  at(place: number): Line | undefined {
    return this.lines[place - this.first];
  }

  /** Adds what was said now; false when it is there already. While the reader is further up, nothing is dropped there. */
  append(line: Line, reading: boolean): boolean {
    if (this.#knows(line)) return false;
    if (this.lines.length >= MAX_LINES && reading && isChannel(this.name)) {
      this.live = false;
      if (line.id) this.ids.delete(line.id);
      return true;
    }
    line.place = this.last + 1;
    this.lines.push(line);
    if (this.lines.length > MAX_LINES + 200) {
      this.#forget(this.lines.splice(0, this.lines.length - MAX_LINES));
      this.more = isChannel(this.name);
    }
    return true;
  }

  /** Puts what was said before on top; the excess is removed from the bottom. */
  prepend(lines: readonly Line[]): void {
    const fresh = lines.filter((line) => !this.#knows(line));
    let place = this.first;
    for (const line of fresh.toReversed()) line.place = --place;
    this.lines.unshift(...fresh);
    if (this.lines.length > MAX_LINES + 200) {
      this.#forget(this.lines.splice(MAX_LINES));
      this.live = false;
    }
  }

  /** Keeps a line until the past is there. */
  hold(line: Line): void {
    this.held?.push(line);
    if (this.held && this.held.length > MAX_LINES) this.held.shift();
  }

  /** Empties the room, for another piece of what was said. */
  reset(): void {
    this.lines = [];
    this.ids.clear();
    this.live = true;
    this.more = isChannel(this.name);
  }

  #knows({ id }: Line): boolean {
    if (!id) return false;
    if (this.ids.has(id)) return true;
    this.ids.add(id);
    return false;
  }

  #forget(lines: readonly Line[]): void {
    for (const { id } of lines) if (id) this.ids.delete(id);
  }
}

/** The rooms, by their folded names. */
export const rooms = new Map<string, Room>();

/** State of the page: the room that is shown, and the user. */
export const state: {
  /** The room that is shown. */
  current?: Room;
  /** The nick. */
  me: string;
  /** User and host, as other clients receive them. */
  userHost: string;
  /** Whether what is said now is scrolled to. */
  following: boolean;
} = { me: "", userHost: "", following: true };

/** Returns the room of this name, which is created when there is none. */
export function room(name: string): Room {
  const key = foldName(name);
  const known = rooms.get(key);
  if (known) return known;
  const made = new Room(name);
  rooms.set(key, made);
  return made;
}

/** Nicks so far: after a lost connection it may be another one than before. */
const nicks = new Set<string>();

/** Sets the nick. */
export function called(nick: string): void {
  state.me = nick;
  nicks.add(foldName(nick));
}

/** Returns whether a nick is the user's. */
export function isMine(nick: string): boolean {
  return foldName(nick) === foldName(state.me);
}

/** Returns whether a nick is or was the user's. */
export function wasMine(nick: string): boolean {
  return nicks.has(foldName(nick));
}
