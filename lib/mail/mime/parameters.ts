import { decodeCharset } from "./charset.ts";
import { readWords } from "./words.ts";

/** A value with parameters, such as Content-Type (RFC 2045 §5.1). */
export interface Parameterized {
  /** The value, in lower case. */
  readonly value: string;
  /** The parameters by their names, in lower case; of one that stands there twice the first one. */
  readonly params: ReadonlyMap<string, string>;
}

const BLANK = /[\t ]*/y;
const QUOTED = /"((?:[^"\\]|\\[^])*)(?:"|$)/y;
const PLAIN = /[^;"]*/y;
const NAME = /[^\t ;="()]+/y;
/** Parameters of one field, and sections of one parameter. */
const MAX_PARAMETERS = 500;

/**
 * Reads a value with parameters, as programs write them: comments anywhere between tokens, values with blanks that are not quoted,
 * values in sections and with a charset (RFC 2231), encoded words in quoted values.
 */
export function readParameterized(text: string): Parameterized {
  const { value, raw } = readRaw(text);
  return { value, params: joined(raw) };
}

/** The same as they stand there, in order: neither joined nor decoded. Names are in lower case. */
export function readRaw(
  text: string,
): { readonly value: string; readonly raw: readonly (readonly [name: string, value: string])[] } {
  const scan = new Scanner(text);
  const value = scan.take(PLAIN).trim().toLowerCase();
  const raw: [name: string, value: string][] = [];
  while (raw.length < MAX_PARAMETERS && scan.toNext()) {
    scan.skip();
    const name = scan.take(NAME).toLowerCase();
    scan.skip();
    if (name === "" || !scan.eat("=")) continue;
    scan.skip();
    const quoted = scan.quoted();
    raw.push([name, quoted ?? scan.take(PLAIN).trim()]);
  }
  return { value, raw };
}

/** Reads a text piece by piece. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = withoutComments(text);
  }

  take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  skip(): void {
    this.take(BLANK);
  }

  eat(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  quoted(): string | undefined {
    QUOTED.lastIndex = this.#at;
    const [all, inner] = QUOTED.exec(this.#text) ?? [];
    if (all === undefined || inner === undefined) return undefined;
    this.#at += all.length;
    // A backslash in front of another character is part of a path, as Windows writes them.
    return inner.replace(/\\(["\\])/g, "$1");
  }

  /** Moves past the next `;`, skipping malformed text; false when there is none. */
  toNext(): boolean {
    while (this.#at < this.#text.length) {
      if (this.eat(";")) return true;
      if (this.quoted() === undefined) this.#at++;
    }
    return false;
  }
}

/** Takes comments out (RFC 5322 §3.2.2) that stand where white space may; brackets within a value are part of it. */
function withoutComments(text: string): string {
  if (!text.includes("(")) return text;
  const out: string[] = [];
  let inQuotes = false;
  let inValue = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === "(" && !inQuotes && (!inValue || /^[\t ;=]?$/.test(out.at(-1) ?? ""))) {
      const end = closing(text, i);
      // An unclosed comment is text, and so are those after it.
      if (end < 0) return out.join("") + text.slice(i);
      out.push(" ");
      i = end;
      continue;
    }
    if (char === '"') inQuotes = !inQuotes;
    else if (!inQuotes && char === "=") inValue = true;
    else if (!inQuotes && char === ";") inValue = false;
    out.push(char);
    if (char === "\\" && inQuotes) out.push(text.charAt(++i));
  }
  return out.join("");
}

/** Where the comment ends that begins at `at`, or -1. */
function closing(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const char = text[i];
    if (char === "\\") i++;
    else if (char === "(") depth++;
    else if (char === ")" && --depth === 0) return i;
  }
  return -1;
}

/** A section of a parameter: `name*1*=…` is the second one, with escapes. */
interface Section {
  readonly escaped: boolean;
  readonly value: string;
}

function joined(raw: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  const params = new Map<string, string>();
  const sections = new Map<string, Map<number, Section>>();
  for (const [name, value] of raw) {
    const [, base, number, star] = /^(.+?)(?:\*(\d{1,3}))?(\*)?$/.exec(name) ?? [];
    if (base === undefined || (number === undefined && star === undefined)) {
      if (!params.has(name)) params.set(name, value.includes("=?") ? readWords(value) : value);
      continue;
    }
    const of = sections.get(base) ?? new Map<number, Section>();
    sections.set(base, of);
    const place = Number(number ?? 0);
    if (!of.has(place)) of.set(place, { escaped: star !== undefined, value });
  }
  // What has a charset says more than what has none (RFC 2231).
  for (const [name, of] of sections) {
    const value = fromSections(of);
    if (value !== undefined) params.set(name, value);
  }
  return params;
}

function fromSections(sections: ReadonlyMap<number, Section>): string | undefined {
  const first = sections.get(0);
  if (!first) return undefined;
  const [, charset = "utf-8", begin = first.value] = first.escaped
    ? /^([^']*)'[^']*'([^]*)$/.exec(first.value) ?? []
    : [];
  const bytes: number[] = [];
  for (let place = 0, section: Section | undefined = first; section; section = sections.get(++place)) {
    const value = place === 0 ? begin : section.value;
    for (const byte of section.escaped ? unescape(value) : new TextEncoder().encode(value)) bytes.push(byte);
  }
  return decodeCharset(Uint8Array.from(bytes), charset || "utf-8");
}

function* unescape(text: string): Generator<number> {
  for (const [piece, hex] of text.matchAll(/%([0-9a-f]{2})|[^]/gi)) {
    if (hex !== undefined) yield Number.parseInt(hex, 16);
    else yield* new TextEncoder().encode(piece);
  }
}
