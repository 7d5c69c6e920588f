import { UsageError } from "../../../core/errors/errors.ts";

/** A POP3 command as a server receives it. */
export interface Pop3Command {
  /** The keyword in capitals, such as `RETR`. */
  readonly keyword: string;
  /** The text after it and one space, as it was sent: a password may begin or end with spaces. */
  readonly rest: string;
}

// deno-lint-ignore no-control-regex -- what would end the line, or hide the rest of it
const BREAKS = /[\r\n\x00]/;

/** Splits a line, without its line end, into keyword and rest (RFC 1939 §3). */
export function parsePop3Command(line: string): Pop3Command {
  const space = line.indexOf(" ");
  if (space < 0) return { keyword: line.toUpperCase(), rest: "" };
  return { keyword: line.slice(0, space).toUpperCase(), rest: line.slice(space + 1) };
}

/**
 * Returns a command line without its line end.
 *
 * @throws {UsageError} `injection` when a word contains CR, LF or NUL.
 */
export function formatPop3Command(keyword: string, ...words: readonly (string | number)[]): string {
  const line = [keyword, ...words].join(" ");
  if (BREAKS.test(line)) {
    throw new UsageError("invalid POP3 command: contains CR, LF or NUL", { code: "injection" });
  }
  return line;
}

/** Returns a number of a message or of lines: decimal digits, at most nine; undefined for anything else. */
export function parsePop3Number(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
