import { readDate } from "./date.ts";
import { ImapSyntaxError, type Scanner } from "./scanner.ts";
import { readSearchReturn, type SearchReturn } from "./search_result.ts";
import { readSequenceSet, type SequenceSet } from "./sequence_set.ts";

/** Condition of SEARCH (RFC 3501 §6.4.4). Texts are in lower case. */
export type SearchKey =
  | { readonly kind: "all" | "recent" | "new" | "old" }
  | { readonly kind: "flag"; readonly flag: string; readonly set: boolean }
  | { readonly kind: "received"; readonly when: "before" | "on" | "since"; readonly day: number }
  | { readonly kind: "sent"; readonly when: "before" | "on" | "since"; readonly day: number }
  | { readonly kind: "field"; readonly name: string; readonly text: string }
  | { readonly kind: "text" | "body"; readonly text: string }
  | { readonly kind: "larger" | "smaller"; readonly size: number }
  | { readonly kind: "sequence" | "uid"; readonly set: SequenceSet }
  | { readonly kind: "not"; readonly key: SearchKey }
  | { readonly kind: "or" | "and"; readonly keys: readonly SearchKey[] };

/** A SEARCH: what it returns if it says so, its charset if it names one, and what to look for. */
export interface SearchCommand {
  /** Options of RETURN (RFC 4731). */
  readonly returns?: readonly SearchReturn[];
  /** Charset of its texts, in upper case. */
  readonly charset?: string;
  /** The condition. */
  readonly key: SearchKey;
}

/** Flags that have names of their own among the keys. */
const FLAGS: Readonly<Record<string, string>> = {
  ...{ ANSWERED: "\\Answered", DELETED: "\\Deleted", DRAFT: "\\Draft", FLAGGED: "\\Flagged", SEEN: "\\Seen" },
};
const MAX_DEPTH = 50;
const MAX_KEYS = 1000;
const NAME = /[A-Za-z]+/y;

/** Reads the arguments of SEARCH. */
export function readSearch(scanner: Scanner): SearchCommand {
  let returns: readonly SearchReturn[] | undefined;
  if (scanner.match(/RETURN (?=\()/iy) !== undefined) {
    returns = readSearchReturn(scanner);
    scanner.expect(" ");
  }
  let charset: string | undefined;
  if (scanner.match(/CHARSET /iy) !== undefined) {
    charset = scanner.astring("charset").toUpperCase();
    scanner.expect(" ");
  }
  const key = new KeyReader(scanner).keys(0);
  return { ...(returns && { returns }), ...(charset !== undefined && { charset }), key };
}

class KeyReader {
  readonly #scanner: Scanner;
  #count = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  /** Keys that must all match. */
  keys(depth: number): SearchKey {
    const keys = [this.#key(depth)];
    while (this.#scanner.eat(" ")) keys.push(this.#key(depth));
    const [first] = keys;
    return keys.length === 1 && first ? first : { kind: "and", keys };
  }

  #key(depth: number): SearchKey {
    const scanner = this.#scanner;
    if (depth > MAX_DEPTH) throw new ImapSyntaxError("Too many levels of search keys");
    if (++this.#count > MAX_KEYS) throw new ImapSyntaxError("Too many search keys");
    if (scanner.eat("(")) {
      const key = this.keys(depth + 1);
      scanner.expect(")");
      return key;
    }
    if (/[\d*]/.test(scanner.next)) return { kind: "sequence", set: readSequenceSet(scanner) };
    const name = (scanner.match(NAME) ?? "").toUpperCase();
    return this.#named(name, depth);
  }

  #named(name: string, depth: number): SearchKey {
    const bare = name.startsWith("UN") ? name.slice(2) : name;
    const flag = FLAGS[bare];
    if (flag !== undefined) return { kind: "flag", flag, set: bare === name };
    switch (name) {
      case "ALL":
        return { kind: "all" };
      case "RECENT":
        return { kind: "recent" };
      case "NEW":
        return { kind: "new" };
      case "OLD":
        return { kind: "old" };
      case "KEYWORD":
      case "UNKEYWORD":
        return { kind: "flag", flag: this.#argument(() => this.#scanner.atom("keyword")), set: name === "KEYWORD" };
      case "BEFORE":
      case "ON":
      case "SINCE":
        return { kind: "received", when: whenOf(name), day: this.#argument(() => readDate(this.#scanner)) };
      case "SENTBEFORE":
      case "SENTON":
      case "SENTSINCE":
        return { kind: "sent", when: whenOf(name.slice(4)), day: this.#argument(() => readDate(this.#scanner)) };
      case "BCC":
      case "CC":
      case "FROM":
      case "SUBJECT":
      case "TO":
        return { kind: "field", name: name.toLowerCase(), text: this.#text() };
      case "HEADER": {
        const field = this.#text();
        return { kind: "field", name: field, text: this.#text() };
      }
      case "TEXT":
        return { kind: "text", text: this.#text() };
      case "BODY":
        return { kind: "body", text: this.#text() };
      case "LARGER":
      case "SMALLER":
        return {
          kind: name === "LARGER" ? "larger" : "smaller",
          size: this.#argument(() => this.#scanner.number()),
        };
      case "UID":
        return { kind: "uid", set: this.#argument(() => readSequenceSet(this.#scanner)) };
      case "NOT":
        return { kind: "not", key: this.#argument(() => this.#key(depth + 1)) };
      case "OR": {
        const first = this.#argument(() => this.#key(depth + 1));
        return { kind: "or", keys: [first, this.#argument(() => this.#key(depth + 1))] };
      }
    }
    throw new ImapSyntaxError(`Unknown search key ${name || this.#scanner.next}`);
  }

  #argument<T>(read: () => T): T {
    this.#scanner.expect(" ");
    return read();
  }

  #text(): string {
    return this.#argument(() => this.#scanner.astring()).toLowerCase();
  }
}

function whenOf(name: string): "before" | "on" | "since" {
  return name === "BEFORE" ? "before" : name === "ON" ? "on" : "since";
}
