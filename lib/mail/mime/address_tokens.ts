/** A piece of a field of mailboxes: a special character of the list, what stands between angle brackets, or a word. */
export interface AddressToken {
  /** Kind of the token. */
  readonly kind: "," | ";" | ":" | "@" | "angle" | "comment" | "quoted" | "word";
  /** Its text, without what encloses it. */
  readonly text: string;
  /** Whether white space or a comment stands in front of it. */
  readonly gap: boolean;
}

const BLANK = /[\t\r\n ]+/y;
const QUOTED = /"((?:[^"\\]|\\[^])*)"/y;
const ANGLE = /^<((?:"(?:[^"\\]|\\[^])*"|[^"<>])*)>/;
/** Characters between angle brackets: an address has fewer. */
const MAX_ANGLE_CHARS = 1000;
/** Angle brackets that are not closed end where the mailbox does. */
const OPEN_ANGLE = /<([^<>,;]*)/y;
const LITERAL = /\[[^[\]]*\]/y;
const WORD = /[^\t\r\n ()<>,;:"@[]+|\[/y;

/**
 * Splits a field of mailboxes into tokens (RFC 5322 §3.2). A bracket or quotation mark that is not closed is ignored; the time is
 * in proportion to the text.
 */
export function addressTokens(text: string): AddressToken[] {
  const tokens: AddressToken[] = [];
  const brackets = new Comments(text);
  let at = 0;
  let gap = false;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found;
  };
  const put = (kind: AddressToken["kind"], piece: string) => {
    tokens.push({ kind, text: piece, gap });
    gap = kind === "comment";
  };
  let unclosed = false;
  while (at < text.length) {
    const char = text.charAt(at);
    const end = char === "(" ? brackets.end(at) : -1;
    if (take(BLANK)) gap = true;
    else if (char === "," || char === ";" || char === ":" || char === "@") {
      at++;
      put(char, char);
    } else if (end >= 0) {
      put("comment", unescaped(text.slice(at + 1, end)));
      at = end + 1;
    } else if (char === "<") {
      const [whole = "", inner] = ANGLE.exec(text.slice(at, at + MAX_ANGLE_CHARS)) ?? [];
      at += whole.length;
      put("angle", inner ?? take(OPEN_ANGLE)?.[1] ?? "");
    } else if (char === '"' && !unclosed) {
      const found = take(QUOTED);
      if (found) put("quoted", unescaped(found[1] ?? ""));
      else unclosed = true;
    } else if (char === "[" && tokens.at(-1)?.kind === "@") put("word", (take(LITERAL) ?? take(WORD))?.[0] ?? "");
    else if (/[()>"]/.test(char)) {
      at++;
      gap = true;
    } else put("word", take(WORD)?.[0] ?? "");
  }
  return tokens;
}

function unescaped(text: string): string {
  return text.replace(/\\([^])/g, "$1");
}

/** Where comments end; they stand within each other (RFC 5322 §3.2.2). */
class Comments {
  readonly #text: string;
  #closed = true;

  constructor(text: string) {
    this.#text = text;
  }

  /** The bracket that closes the one at `from`; -1 when there is none, and for all behind it. */
  end(from: number): number {
    if (!this.#closed) return -1;
    let depth = 0;
    for (let at = from; at < this.#text.length; at++) {
      const char = this.#text[at];
      if (char === "\\") at++;
      else if (char === "(") depth++;
      else if (char === ")" && --depth === 0) return at;
    }
    this.#closed = false;
    return -1;
  }
}
