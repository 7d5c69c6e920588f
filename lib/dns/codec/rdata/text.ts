import { UsageError } from "../../../core/errors/errors.ts";
import { decimal } from "../name.ts";

/**
 * Record data that cannot be read from its zone file form; its code is `invalid-record`. `wordIndex` is the index
 * of the word that is wrong.
 */
export class RecordTextError extends UsageError {
  /** Name of the class. */
  override readonly name: string = "RecordTextError";
  /** Index of the word that is wrong, or the number of words if one is missing. */
  readonly wordIndex: number;

  /** Makes an error about a word. */
  constructor(why: string, wordIndex: number) {
    super(`invalid record data: ${why}`, { code: "invalid-record", reason: why });
    this.wordIndex = wordIndex;
  }
}

/**
 * The words of a record's data, one after the other. A word keeps its escapes; one that was quoted begins with a
 * quotation mark (and has none at its end), which no other word can.
 */
export class Words {
  readonly #words: readonly string[];
  /** Origin of relative names, absolute. */
  readonly origin: string;
  /** Index of the next word. */
  at = 0;

  /** Reads words; names that are not absolute are relative to `origin`. */
  constructor(words: readonly string[], origin = ".") {
    this.#words = words;
    this.origin = origin;
  }

  /** Number of words left. */
  get left(): number {
    return this.#words.length - this.at;
  }

  /** The next word, without consuming it. */
  get peek(): string | undefined {
    return this.#words[this.at];
  }

  /** The next word, quoted or not. */
  next(what: string): string {
    const word = this.#words[this.at];
    if (word === undefined) throw this.missing(what);
    this.at++;
    return word;
  }

  /** The next word, with the mark of a quoted one removed. */
  plain(what: string): string {
    const word = this.next(what);
    return word.charCodeAt(0) === QUOTE ? word.slice(1) : word;
  }

  /** All words that are left, joined: data in hexadecimal or base64 may be divided by spaces. */
  joined(): string {
    const text = this.#words.slice(this.at).map((word) => word.charCodeAt(0) === QUOTE ? word.slice(1) : word).join("");
    this.at = this.#words.length;
    return text;
  }

  /** The error for a word that is not there. */
  missing(what: string): RecordTextError {
    return new RecordTextError(`${what} is missing`, this.at);
  }

  /** The error for the word that was read last. */
  invalid(why: string): RecordTextError {
    return new RecordTextError(why, Math.max(0, this.at - 1));
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Each byte of a quoted text. */
const STRING_TEXT: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (char === '"' || char === "\\") return `\\${char}`;
  return byte >= 0x20 && byte < 0x7f ? char : decimal(byte);
});
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
const ENCODER = new TextEncoder();

/** Decodes text of a record for programs: UTF-8, whose errors are replaced. */
export function decodeText(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

/** Bytes as a text between quotes, as zone files have it; printable ASCII. */
export function quoted(bytes: Uint8Array): string {
  return `"${escaped(bytes)}"`;
}

/** Bytes as zone files have them between quotes. */
export function escaped(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += STRING_TEXT[byte];
  return text;
}

/** Text of a program as zone files have it between quotes. */
export function quotedText(text: string): string {
  return quoted(ENCODER.encode(text));
}

/** Bytes of a word: escapes are resolved, other characters are encoded as UTF-8. */
export function unescaped(word: string, words: Words): Uint8Array {
  const start = word.charCodeAt(0) === QUOTE ? 1 : 0;
  if (!word.includes("\\", start)) return ENCODER.encode(start === 0 ? word : word.slice(1));
  const bytes: number[] = [];
  for (let at = start; at < word.length;) {
    const code = word.codePointAt(at) ?? 0;
    const char = String.fromCodePoint(code);
    at += char.length;
    if (code !== BACKSLASH) {
      if (code < 0x80) bytes.push(code);
      else bytes.push(...ENCODER.encode(char));
      continue;
    }
    const digits = /^\d{3}/.exec(word.slice(at, at + 3))?.[0];
    if (digits !== undefined) {
      if (Number(digits) > 255) throw words.invalid(`invalid escape "\\${digits}"`);
      bytes.push(Number(digits));
      at += 3;
      continue;
    }
    const next = word.codePointAt(at);
    if (next === undefined || (next >= 0x30 && next <= 0x39)) throw words.invalid("invalid escape");
    bytes.push(...ENCODER.encode(String.fromCodePoint(next)));
    at += next > 0xffff ? 2 : 1;
  }
  return Uint8Array.from(bytes);
}

/**
 * Divides record data as a user writes it into words. In a zone file the reader of zones does so.
 *
 * @throws {RecordTextError} When a quotation mark is not closed.
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  const word = /\s*(?:"((?:[^"\\]|\\[^])*)"|((?:[^\s"\\]|\\[^])+)|("|\\))/gy;
  for (let match = word.exec(text); match; match = word.exec(text)) {
    const [, inQuotes, bare, stray] = match;
    if (stray !== undefined) throw new RecordTextError("a quotation mark or escape is not closed", words.length);
    words.push(inQuotes === undefined ? bare ?? "" : `"${inQuotes}`);
  }
  return words;
}
