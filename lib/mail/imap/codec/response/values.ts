import { byteText, LITERAL_MARK } from "../scanner.ts";

/** Value in a response: an atom as text, a string as bytes, NIL as null, or a list. */
export type ImapValue = string | Uint8Array | null | readonly ImapValue[];

/** Response that is not valid (RFC 3501 §9). */
export class ImapResponseError extends Error {
  /** Name of the class. */
  override readonly name: string = "ImapResponseError";
}

/** Levels of lists: those of structures of 100 messages within messages. */
const MAX_DEPTH = 250;
/** Values in one response: UIDs of a million messages. */
const MAX_VALUES = 1_000_000;

const SPACES = / +/y;
const QUOTED = /"((?:[^"\\\u0100]|\\[^\u0100])*)"/y;
/** Name of a part of a message, with spaces and parentheses between its brackets. */
const SECTION = /(?:BODY|BINARY)(?:\.SIZE)?\[[^\]\u0100]*\](?:<\d{1,20}>)?/iy;
const ATOM = /[^ ()"\u0100]+/y;

/** Reads the values of a response. A character stands for a byte, {@link LITERAL_MARK} for a literal. */
export class ValueReader {
  readonly #text: string;
  readonly #literals: readonly Uint8Array[];
  #at: number;
  #literal = 0;
  #count = 0;

  /** Begins at an offset of the text. */
  constructor(text: string, literals: readonly Uint8Array[] = [], at = 0) {
    this.#text = text;
    this.#literals = literals;
    this.#at = at;
  }

  /**
   * Reads all values up to the end. Servers differ in the spaces between them: any number is accepted.
   *
   * @throws {ImapResponseError}
   */
  all(): ImapValue[] {
    const values: ImapValue[] = [];
    while (true) {
      this.#match(SPACES);
      if (this.#at >= this.#text.length) return values;
      values.push(this.#value(0));
    }
  }

  #value(depth: number): ImapValue {
    if (++this.#count > MAX_VALUES) throw new ImapResponseError("too many values");
    const next = this.#text.charAt(this.#at);
    if (next === "(") return this.#list(depth + 1);
    if (next === LITERAL_MARK) {
      this.#at++;
      const bytes = this.#literals[this.#literal++];
      if (!bytes) throw new ImapResponseError("a literal is missing");
      return bytes;
    }
    if (next === '"') {
      const quoted = this.#match(QUOTED);
      if (quoted === undefined) throw new ImapResponseError("a quoted string does not end");
      return bytesOf(quoted.slice(1, -1).replace(/\\([^])/g, "$1"));
    }
    const atom = this.#match(SECTION) ?? this.#match(ATOM);
    if (atom === undefined) throw new ImapResponseError("unexpected parenthesis");
    return /^nil$/i.test(atom) ? null : atom;
  }

  #list(depth: number): ImapValue[] {
    if (depth > MAX_DEPTH) throw new ImapResponseError("too many levels of lists");
    this.#at++;
    const values: ImapValue[] = [];
    while (true) {
      this.#match(SPACES);
      const next = this.#text.charAt(this.#at);
      if (next === "") throw new ImapResponseError("a list does not end");
      if (next === ")") {
        this.#at++;
        return values;
      }
      values.push(this.#value(depth));
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes UTF-8, or Latin-1 where it is not that. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return byteText(bytes);
  }
}

/** Returns the text of an atom or a string; undefined for NIL and lists. */
export function valueText(value: ImapValue | undefined): string | undefined {
  if (typeof value === "string") return decodeText(bytesOf(value));
  return value instanceof Uint8Array ? decodeText(value) : undefined;
}

/** Returns a list; an empty one for everything else. */
export function valueList(value: ImapValue | undefined): readonly ImapValue[] {
  return isList(value) ? value : [];
}

/** Whether a value is a list. */
export function isList(value: ImapValue | undefined): value is readonly ImapValue[] {
  return Array.isArray(value);
}

/** Returns a number of at most `limit`; undefined for everything else. */
export function valueNumber(value: ImapValue | undefined, limit = 0xffff_ffff): number | undefined {
  const text = typeof value === "string" ? value : undefined;
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return number <= limit ? number : undefined;
}
