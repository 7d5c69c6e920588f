import { nickOf } from "../codec/names.ts";
import type { ChatMessage } from "./events.ts";

/** Limit of message ids that are remembered, so that no message is shown twice. */
const MAX_MESSAGE_IDS = 5000;
/** Limit of new messages that wait for the history. */
const MAX_HELD_MESSAGES = 2000;
/** Limit of nicknames per channel, above any real channel, so that no server can exhaust memory. */
const MAX_NICKS = 200_000;

/** Channel that a client has joined or will join. */
export class JoinedChannel {
  /** Name of the channel. */
  readonly name: string;
  /** Channel key (mode `k`). */
  password?: string;
  /** Nicknames of the members. */
  readonly nicks: Set<string> = new Set();
  /** Whether the client is a member on this connection. */
  inside = false;
  /** Whether the first NAMES reply after a JOIN is still to come. */
  fresh = false;
  /** Id of the last message. */
  last?: string;
  readonly #ids = new Set<string>();
  #held?: ChatMessage[];
  /** Nicknames of a NAMES reply that is not complete yet. */
  #listing?: Set<string>;

  /** Creates a channel that has not been joined yet. */
  constructor(name: string, password?: string) {
    this.name = name;
    this.password = password;
  }

  /** Adds a member. */
  add(nick: string): void {
    this.#add(nick, this.nicks);
  }

  /** Adds the nicknames of one line of a NAMES reply. */
  addNames(list: string): void {
    this.#listing ??= new Set();
    for (const name of list.split(" ")) {
      const nick = nickOf(name.replace(/^[~&@%+!]+/, ""));
      if (nick !== "") this.#add(nick, this.#listing);
    }
  }

  /** Replaces the members by those of the NAMES reply, which is complete. */
  completeNames(): void {
    this.fresh = false;
    this.nicks.clear();
    for (const nick of this.#listing ?? []) this.nicks.add(nick);
    this.#listing = undefined;
  }

  #add(nick: string, nicks: Set<string>): void {
    if (nicks.size < MAX_NICKS) nicks.add(nick);
  }

  /** Returns whether new messages wait for the history. */
  get filling(): boolean {
    return this.#held !== undefined;
  }

  /** Returns whether the limit of waiting messages is reached. */
  get full(): boolean {
    return (this.#held?.length ?? 0) >= MAX_HELD_MESSAGES;
  }

  /** Starts to hold new messages. */
  hold(): void {
    this.#held ??= [];
  }

  /** Returns the held messages and stops holding. */
  release(): readonly ChatMessage[] {
    const held = this.#held ?? [];
    this.#held = undefined;
    return held;
  }

  /** Returns whether a message is to be shown now: not when it was shown before, nor while it waits for the history. */
  admit(message: ChatMessage): boolean {
    if (this.#held && !message.past) {
      this.#held.push(message);
      return false;
    }
    const { id } = message;
    if (id === undefined) return true;
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    this.last = id;
    if (this.#ids.size > MAX_MESSAGE_IDS) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    return true;
  }
}
