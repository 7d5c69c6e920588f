import type { ChatMessage } from "./events.ts";

/** Ids of messages that are remembered, so that none is shown twice. */
const MAX_MESSAGE_IDS = 5000;
/** Messages of now that may wait for those of the past. */
const MAX_HELD_MESSAGES = 2000;
/** Nicks of a channel that are kept: more than any has, so that no server can fill the memory with them. */
const MAX_NICKS = 200_000;

/** A channel that a client is in. */
export class JoinedChannel {
  /** Its name. */
  readonly name: string;
  /** The word that lets in (mode `k`). */
  password?: string;
  /** Who is in it. */
  readonly nicks: Set<string> = new Set();
  /** Nicks of a list that is still coming. */
  listing?: Set<string>;
  /** Whether we are in it on this connection. */
  inside = false;
  /** Whether we have just come, and its list of nicks is still to come. */
  fresh = false;
  /** The id of the last message. */
  last?: string;
  readonly #ids = new Set<string>();
  #held?: ChatMessage[];

  /** Makes one that is still to be joined. */
  constructor(name: string, password?: string) {
    this.name = name;
    this.password = password;
  }

  /** Takes note of somebody, here or in a list that is still coming. */
  add(nick: string, nicks: Set<string> = this.nicks): void {
    if (nicks.size < MAX_NICKS) nicks.add(nick);
  }

  /** Whether messages of now wait for those of the past. */
  get filling(): boolean {
    return this.#held !== undefined;
  }

  /** Whether as many wait as may. */
  get full(): boolean {
    return (this.#held?.length ?? 0) >= MAX_HELD_MESSAGES;
  }

  /** Has messages of now wait. */
  hold(): void {
    this.#held ??= [];
  }

  /** Lets them go: returns them. */
  release(): readonly ChatMessage[] {
    const held = this.#held ?? [];
    this.#held = undefined;
    return held;
  }

  /** Whether a message is to be shown now: not when it was before, nor while those of the past are awaited. */
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
