import { foldName } from "../../codec/names.ts";
import type { Session } from "./session.ts";

/** Former user of a nickname. */
export interface FormerClient {
  /** Nickname. */
  readonly nick: string;
  /** User name. */
  readonly user: string;
  /** Host. */
  readonly host: string;
  /** Real name. */
  readonly realname: string;
  /** Time of the change, in milliseconds since 1970. */
  readonly at: number;
}

const MAX_NICKS = 1000;
const MAX_EACH = 10;

/** Former users of nicknames, for WHOWAS. At its limit the least recently used nickname is removed. */
export class NickHistory {
  readonly #nickHistory = new Map<string, readonly FormerClient[]>();

  /** Records that a client stops using its nickname. */
  add({ nick, user = "", info: { host }, realname }: Session): void {
    const key = foldName(nick);
    const before = this.#nickHistory.get(key) ?? [];
    this.#nickHistory.delete(key);
    this.#nickHistory.set(key, [{ nick, user, host, realname, at: Date.now() }, ...before].slice(0, MAX_EACH));
    if (this.#nickHistory.size <= MAX_NICKS) return;
    for (const oldest of this.#nickHistory.keys()) return void this.#nickHistory.delete(oldest);
  }

  /** Returns the former users of a nickname, the last one first. */
  of(nick: string): readonly FormerClient[] {
    return this.#nickHistory.get(foldName(nick)) ?? [];
  }
}
