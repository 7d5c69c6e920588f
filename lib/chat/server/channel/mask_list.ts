import { type BanEntry, parseBan } from "../../codec/extended_ban.ts";
import { matchesMask } from "../../codec/mask.ts";
import { foldName } from "../../codec/names.ts";
import type { Setting } from "./setting.ts";
import type { Session } from "../client/session.ts";

/** Verdict of a list about a client: whether an entry matches it, and whether an entry that only mutes does. */
interface Verdict {
  readonly mask: string;
  readonly account: string | undefined;
  readonly matches: boolean;
  readonly mutes: boolean;
}

const NOTHING = { matches: false, mutes: false };

/** List of masks of a channel, such as its bans. */
export class MaskList {
  /** Masks by their folded form: masks that differ only in case are equal. */
  readonly #masks = new Map<string, Setting & { readonly entry: BanEntry }>();
  // Matching many masks is expensive, and every message needs it: results are cached.
  #verdicts = new WeakMap<Session, Verdict>();

  /** Number of masks. */
  get size(): number {
    return this.#masks.size;
  }

  /** Masks, in the order in which they were added. */
  get settings(): readonly Setting[] {
    return Array.from(this.#masks.values(), ({ text, by, at }) => ({ text, by, at }));
  }

  /** Returns whether the list has a mask. */
  has(mask: string): boolean {
    return this.#masks.has(foldName(mask));
  }

  /** Adds a mask; returns false when the list has it, or it is invalid. */
  add(setting: Setting): boolean {
    const entry = parseBan(setting.text);
    if (!entry || this.has(setting.text)) return false;
    this.#masks.set(foldName(setting.text), { ...setting, entry });
    this.#verdicts = new WeakMap();
    return true;
  }

  /** Removes a mask and returns it as it was added; undefined when the list does not have it. */
  remove(mask: string): Setting | undefined {
    const found = this.#masks.get(foldName(mask));
    this.#verdicts = new WeakMap();
    this.#masks.delete(foldName(mask));
    return found && { text: found.text, by: found.by, at: found.at };
  }

  /** Returns whether one of the masks matches a client. */
  matches(session: Session): boolean {
    return this.#verdict(session).matches;
  }

  /** Returns whether one of the entries that only mute matches a client. */
  mutes(session: Session): boolean {
    return this.#verdict(session).mutes;
  }

  #verdict(session: Session): Pick<Verdict, "matches" | "mutes"> {
    if (this.#masks.size === 0) return NOTHING;
    const { mask, account } = session;
    const known = this.#verdicts.get(session);
    if (known?.mask === mask && known.account === account) return known;
    let [matches, mutes] = [false, false];
    for (const { entry } of this.#masks.values()) {
      if ((entry.quiet ? mutes : matches) || !concerns(entry, session)) continue;
      if (entry.quiet) mutes = true;
      else matches = true;
    }
    const verdict = { mask, account, matches, mutes };
    this.#verdicts.set(session, verdict);
    return verdict;
  }
}

function concerns({ mask = "", account }: BanEntry, session: Session): boolean {
  if (account === undefined) return session.matches(mask);
  return session.account !== undefined && matchesMask(account, session.account);
}
