import { UsageError } from "../../../core/errors/errors.ts";

/** A command of NNTP as a server receives it. */
export interface NntpCommand {
  /** Keyword in capitals, such as `ARTICLE`. */
  readonly keyword: string;
  /** Arguments, separated by spaces or tabs. */
  readonly words: readonly string[];
  /** Text after the keyword and one blank, as it was sent. */
  readonly rest: string;
}

/** Articles from one number to another; `to` is Infinity for those from a number on. */
export interface ArticleRange {
  /** First number. */
  readonly from: number;
  /** Last number. */
  readonly to: number;
}

/** Greatest article number (RFC 3977 §6). */
export const MAX_ARTICLE_NUMBER = 2_147_483_647;

// deno-lint-ignore no-control-regex -- what would end the line, or hide the rest of it
const BREAKS = /[\r\n\x00]/;

/** Splits a line, without its line end, into keyword and arguments (RFC 3977 §3.1). */
export function parseNntpCommand(line: string): NntpCommand {
  const [, keyword = "", rest = ""] = /^([^ \t]*)(?:[ \t](.*))?$/su.exec(line) ?? [];
  return { keyword: keyword.toUpperCase(), words: rest.split(/[ \t]+/).filter((word) => word !== ""), rest };
}

/**
 * Returns a command line without its line end.
 *
 * @throws {UsageError} `injection` when a word contains CR, LF or NUL, or is empty.
 */
export function formatNntpCommand(...words: readonly (string | number)[]): string {
  const line = words.join(" ");
  if (BREAKS.test(line) || words.some((word) => word === "")) {
    throw new UsageError("invalid NNTP command: an argument is empty, or contains CR, LF or NUL", {
      code: "injection",
    });
  }
  return line;
}

/** Returns an article number: decimal digits, at most {@link MAX_ARTICLE_NUMBER}; undefined for anything else. */
export function parseArticleNumber(text: string): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return number <= MAX_ARTICLE_NUMBER ? number : undefined;
}

/** Parses `3`, `3-` or `3-9` (RFC 3977 §8.3.1); undefined when it is invalid. A range that ends before it begins is empty. */
export function parseArticleRange(text: string): ArticleRange | undefined {
  const [, first = "", dash, last = ""] = /^(\d+)(-)?(\d*)$/.exec(text) ?? [];
  const from = parseArticleNumber(first);
  if (from === undefined || (dash === undefined && last !== "")) return undefined;
  if (dash === undefined) return { from, to: from };
  if (last === "") return { from, to: Infinity };
  const to = parseArticleNumber(last);
  return to === undefined ? undefined : { from, to };
}

/** Whether a text is a message id with its angle brackets, 3 to 250 printable ASCII characters (RFC 3977 §3.6). */
export function isMessageId(text: string): boolean {
  return /^<[\x21-\x3d\x3f-\x7e]{1,248}>$/.test(text);
}
