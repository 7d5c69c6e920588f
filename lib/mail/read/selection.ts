import { UsageError } from "../../core/errors/errors.ts";
import type { ListedMail } from "./source.ts";

/** Choice of messages by their numbers: some from one number to another, one by its message id, the last, or all. */
export type MailSelection =
  | { readonly kind: "range"; readonly from: number; readonly to: number }
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "last" }
  | { readonly kind: "all" };

/**
 * Parses a choice of messages: `3`, `5-9`, `5-` (from 5 on), `last` or `all`; or a message id in angle brackets.
 *
 * @param text The choice, as people write it.
 * @returns The choice.
 * @throws {UsageError} `invalid-selection`.
 * @example Parse a range
 * ```ts
 * import { parseMailSelection } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseMailSelection("5-9"), { kind: "range", from: 5, to: 9 });
 * ```
 */
export function parseMailSelection(text: string): MailSelection {
  if (/^all$/i.test(text)) return { kind: "all" };
  if (/^last$/i.test(text)) return { kind: "last" };
  if (/^<[\x21-\x3d\x3f-\x7e]{1,248}>$/.test(text)) return { kind: "id", id: text };
  const [, first = "", dash, last = ""] = /^(\d{1,15})(?:(-)(\d{1,15})?)?$/.exec(text) ?? [];
  const from = Number(first);
  const to = dash === undefined ? from : last === "" ? Infinity : Number(last);
  if (first === "" || from === 0 || to < from) {
    throw new UsageError(
      `invalid message "${text.slice(0, 60)}": use a number, a range such as 5-9 or 5-, last, all, or a message id`,
      { code: "invalid-selection" },
    );
  }
  return { kind: "range", from, to };
}

/** Result of {@link selectMails}. */
export interface SelectedMails {
  /** The chosen messages, each once, in the order of the selections. */
  readonly mails: readonly ListedMail[];
  /** Numbers, or the first of a range, that no message has. */
  readonly missing: readonly number[];
}

/**
 * Returns the messages of a listing that selections choose.
 *
 * @param listed The listing, in ascending order of the numbers.
 */
export function selectMails(listed: readonly ListedMail[], selections: readonly MailSelection[]): SelectedMails {
  const chosen = new Set<ListedMail>();
  const missing: number[] = [];
  for (const selection of selections) {
    const found = selection.kind === "all"
      ? listed
      : selection.kind === "id"
      ? listed.filter(({ uid }) => uid === selection.id)
      : selection.kind === "last"
      ? listed.slice(-1)
      : listed.filter(({ number }) => number >= selection.from && number <= selection.to);
    if (selection.kind === "range" && found.length === 0) missing.push(selection.from);
    for (const mail of found) chosen.add(mail);
  }
  return { mails: [...chosen], missing };
}
