import { foldName } from "../../codec/names.ts";
import type { Setting } from "./setting.ts";
import type { Session } from "../client/session.ts";

/** List of masks of a channel, such as its bans. */
export class MaskList {
  /** Masks by their folded form: masks that differ only in case are equal. */
  readonly #masks = new Map<string, Setting>();
  // Matching many masks is expensive, and every message needs it: results are cached.
  #verdicts = new WeakMap<Session, { readonly mask: string; readonly matches: boolean }>();

  /** Number of masks. */
  get size(): number {
    return this.#masks.size;
  }

  /** Masks, in the order in which they were added. */
  get settings(): readonly Setting[] {
    return [...this.#masks.values()];
  }

  /** Returns whether the list has a mask. */
  has(mask: string): boolean {
    return this.#masks.has(foldName(mask));
  }

  /** Adds a mask; returns false when the list has it. */
  add(setting: Setting): boolean {
    if (this.has(setting.text)) return false;
    this.#masks.set(foldName(setting.text), setting);
    this.#verdicts = new WeakMap();
    return true;
  }

  /** Removes a mask and returns it as it was added; undefined when the list does not have it. */
  remove(mask: string): Setting | undefined {
    const setting = this.#masks.get(foldName(mask));
    this.#verdicts = new WeakMap();
    this.#masks.delete(foldName(mask));
    return setting;
  }

  /** Returns whether one of the masks matches a client. */
  matches(session: Session): boolean {
    if (this.#masks.size === 0) return false;
    const known = this.#verdicts.get(session);
    if (known?.mask === session.mask) return known.matches;
    const matches = [...this.#masks.keys()].some((mask) => session.matches(mask));
    this.#verdicts.set(session, { mask: session.mask, matches });
    return matches;
  }
}
