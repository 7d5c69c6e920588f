import { foldName } from "../../codec/names.ts";
import type { Session } from "./session.ts";

/** A client as it was when it gave up a nick. */
export interface FormerClient {
  /** Its nick. */
  readonly nick: string;
  /** Its user name. */
  readonly user: string;
  /** Its address. */
  readonly host: string;
  /** Its real name. */
  readonly realname: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
}

const MAX_NICKS = 1000;
const MAX_EACH = 10;

/** The clients that had a nick before, for WHOWAS. Its size is bounded: the nick that was given up first is forgotten. */
export class NickHistory {
  readonly #nickHistory = new Map<string, readonly FormerClient[]>();

  /** Records that a client gives up its nick. */
  add({ nick, user = "", info: { host }, realname }: Session): void {
    const key = foldName(nick);
    const before = this.#nickHistory.get(key) ?? [];
    this.#nickHistory.delete(key);
    this.#nickHistory.set(key, [{ nick, user, host, realname, at: Date.now() }, ...before].slice(0, MAX_EACH));
    if (this.#nickHistory.size <= MAX_NICKS) return;
    for (const oldest of this.#nickHistory.keys()) return void this.#nickHistory.delete(oldest);
  }

  /** Returns the clients that had a nick, the last one first. */
  of(nick: string): readonly FormerClient[] {
    return this.#nickHistory.get(foldName(nick)) ?? [];
  }
}
