import { decodeMailboxName } from "../mailbox_name.ts";
import { formatSet } from "../sequence_set.ts";
import { flagsOf } from "./fetched.ts";
import { ImapResponseError, type ImapValue, valueNumber, valueText } from "./values.ts";

/** Folder in the answer to LIST. All of its text is untrusted. */
export interface ImapFolderName {
  /** Name, decoded. */
  readonly name: string;
  /** Character between levels of names, if the server has levels. */
  readonly delimiter?: string;
  /** Attributes, such as `\HasChildren`, `\Noselect` and `\Sent`. */
  readonly attributes: readonly string[];
}

/**
 * Reads a LIST response (RFC 3501 §7.2.2). A name that is not modified UTF-7 is as it stands.
 *
 * @throws {ImapResponseError}
 */
export function parseFolder([attributes, delimiter, name]: readonly ImapValue[]): ImapFolderName {
  const text = valueText(name);
  if (text === undefined) throw new ImapResponseError("a LIST without a name");
  const between = valueText(delimiter);
  return {
    name: /^inbox$/i.test(text) ? "INBOX" : decodeMailboxName(text) ?? text,
    ...(between && { delimiter: between }),
    attributes: flagsOf(attributes),
  };
}

/**
 * Reads the numbers of a SEARCH response, or of the ALL of an ESEARCH response (RFC 4731): ascending, each once.
 *
 * @throws {ImapResponseError} When one is not a number, or there are more than `limit`.
 */
export function parseFound(name: string, values: readonly ImapValue[], limit: number): number[] {
  const found = new Set<number>();
  const add = (from: number, to: number) => {
    if (found.size + to - from >= limit) {
      throw new ImapResponseError(`more than ${limit} messages in an answer to SEARCH`);
    }
    for (let number = from; number <= to; number++) found.add(number);
  };
  if (name === "SEARCH") {
    for (const value of values) {
      // `(MODSEQ n)` may stand at the end (RFC 7162 §3.1.5).
      if (Array.isArray(value)) continue;
      const number = valueNumber(value);
      if (number === undefined || number < 1) throw new ImapResponseError("an invalid number in an answer to SEARCH");
      add(number, number);
    }
  } else {
    const at = values.findIndex((value) => typeof value === "string" && value.toUpperCase() === "ALL");
    const set = at < 0 ? "" : valueText(values[at + 1]) ?? "";
    for (const range of set === "" ? [] : set.split(",")) {
      const [, first, last = first] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(range) ?? [];
      const [from, to] = [valueNumber(first), valueNumber(last)];
      if (!from || !to) throw new ImapResponseError("an invalid set in an answer to SEARCH");
      add(Math.min(from, to), Math.max(from, to));
    }
  }
  return [...found].sort((one, other) => one - other);
}

/** Splits ascending numbers into sets of at most `count` numbers and about `length` characters, as a command takes them. */
export function splitSets(
  numbers: readonly number[],
  count: number,
  length = 4000,
): { readonly set: string; readonly numbers: readonly number[] }[] {
  const sets: { set: string; numbers: readonly number[] }[] = [];
  for (let at = 0; at < numbers.length;) {
    let some = numbers.slice(at, at + count);
    let set = formatSet(some);
    while (set.length > length && some.length > 1) {
      some = some.slice(0, Math.ceil(some.length / 2));
      set = formatSet(some);
    }
    sets.push({ set, numbers: some });
    at += some.length;
  }
  return sets;
}
