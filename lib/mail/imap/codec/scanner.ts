/** Command, or a part of one, that is not valid (RFC 3501 §9). */
export class ImapSyntaxError extends Error {
  /** Name of the class. */
  override readonly name: string = "ImapSyntaxError";
}

/** Stands for a literal in the text of a command; bytes of the wire are characters up to U+00FF. */
export const LITERAL_MARK = "\u0100";

const ATOM = /[!#$&'+-\[^-z|-~]+/y;
const ASTRING = /[!#$&'+-\[\]^-z|-~]+/y;
const QUOTED = /"((?:[^"\\\r\n\0\u0100]|\\["\\])*)"/y;
const NUMBER = /\d{1,10}(?!\d)/y;
const MAX_NUMBER = 0xffff_ffff;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads the text of a command from its begin to its end. A character stands for a byte. */
export class Scanner {
  readonly #text: string;
  readonly #literals: readonly Uint8Array[];
  #at = 0;
  #literal = 0;

  /** Reads a command: its text with a {@link LITERAL_MARK} for each of its literals. */
  constructor(text: string, literals: readonly Uint8Array[] = []) {
    this.#text = text;
    this.#literals = literals;
  }

  /** Whether all of it was read. */
  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Returns the next character without reading it; empty at the end. */
  get next(): string {
    return this.#text.charAt(this.#at);
  }

  /** Reads what a sticky pattern matches; undefined when it does not match here. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** Reads a character if it is the next one. */
  eat(char: string): boolean {
    if (this.next !== char || char === "") return false;
    this.#at++;
    return true;
  }

  /** Reads a character that must be the next one. */
  expect(char: string): void {
    if (!this.eat(char)) throw new ImapSyntaxError(char === " " ? "Missing argument" : `Missing ${char}`);
  }

  /** Checks that nothing follows. */
  end(): void {
    if (!this.done) throw new ImapSyntaxError("Unexpected text after the arguments");
  }

  /** Reads an atom. */
  atom(what = "atom"): string {
    const found = this.match(ATOM);
    if (found === undefined) throw new ImapSyntaxError(`Invalid ${what}`);
    return found;
  }

  /** Reads a number of 32 bits. */
  number(): number {
    const value = Number(this.match(NUMBER) ?? "NaN");
    if (!(value <= MAX_NUMBER)) throw new ImapSyntaxError("Invalid number");
    return value;
  }

  /** Reads a literal; undefined when there is none here. */
  literal(): Uint8Array | undefined {
    if (!this.eat(LITERAL_MARK)) return undefined;
    return this.#literals[this.#literal++];
  }

  /** Reads a quoted string or a literal, as UTF-8 where it is that; undefined when there is none here. */
  string(): string | undefined {
    const bytes = this.literal();
    if (bytes) return textOf(bytes);
    const quoted = this.match(QUOTED);
    if (quoted === undefined) return undefined;
    return fromBytes(quoted.slice(1, -1).replace(/\\(["\\])/g, "$1"));
  }

  /** Reads an atom or a string. */
  astring(what = "string"): string {
    const text = this.string() ?? this.match(ASTRING);
    if (text === undefined) throw new ImapSyntaxError(`Invalid ${what}`);
    return text;
  }

  /** Reads a string, or `NIL` as undefined. */
  nstring(): string | undefined {
    const text = this.string();
    if (text === undefined && this.match(/NIL/iy) === undefined) throw new ImapSyntaxError("Invalid string");
    return text;
  }

  /** Reads a list in parentheses. */
  list<T>(item: () => T, { limit = 1000, empty = true } = {}): T[] {
    this.expect("(");
    const items: T[] = [];
    if (empty && this.eat(")")) return items;
    do {
      if (items.length >= limit) throw new ImapSyntaxError("Too many items in a list");
      items.push(item());
    } while (this.eat(" "));
    this.expect(")");
    return items;
  }
}

/** Bytes as text of one character each. */
export function byteText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

function fromBytes(text: string): string {
  return /^\p{ASCII}*$/u.test(text) ? text : textOf(Uint8Array.from(text, (char) => char.charCodeAt(0)));
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return byteText(bytes);
  }
}
