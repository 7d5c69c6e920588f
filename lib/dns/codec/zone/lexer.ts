/** A place in a zone file. */
export interface ZonePlace {
  /** Name of the file. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
}

/** Something wrong in a zone file. */
export interface ZoneError extends ZonePlace {
  /** Column, from 1. */
  readonly column: number;
  /** Description of the fault. */
  readonly message: string;
}

/** An entry of a zone file (RFC 1035 §5.1): the words of a line, or of several in parentheses. */
export interface Entry {
  /** Words with their escapes; one that was quoted begins with a quotation mark, and has none at its end. */
  readonly words: readonly string[];
  /** Where each word begins: lines and columns in turn. */
  readonly places: readonly number[];
  /** Whether the entry begins with a blank: it is about the owner of the one before. */
  readonly blank: boolean;
  /** Line where it begins. */
  readonly line: number;
}

/** An entry that cannot be divided into words. */
export class LexicalError extends Error {
  override readonly name: string = "LexicalError";
  /** Makes an error at a place. */
  constructor(message: string, readonly line: number, readonly column: number) {
    super(message);
  }
}

const [TAB, LF, CR, SPACE, QUOTE, OPEN, CLOSE, SEMICOLON, BACKSLASH] = [9, 10, 13, 32, 34, 40, 41, 59, 92];

/** Divides the text of a zone file into entries. */
export class ZoneLexer {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  /** Reads a text. */
  constructor(text: string) {
    this.#text = text;
    // A byte order mark does not belong to the first name.
    if (text.charCodeAt(0) === 0xfeff) this.#at = this.#lineStart = 1;
  }

  /**
   * Returns the next entry that has words, or undefined at the end. After an error the next call goes on behind the
   * line with the error.
   *
   * @throws {LexicalError} When a quotation mark or parenthesis is not closed.
   */
  next(): Entry | undefined {
    const text = this.#text;
    while (this.#at < text.length) {
      const line = this.#line;
      const first = text.charCodeAt(this.#at);
      const blank = first === SPACE || first === TAB;
      const words: string[] = [];
      const places: number[] = [];
      this.#entry(words, places);
      if (words.length > 0) return { words, places, blank, line };
    }
    return undefined;
  }

  #entry(words: string[], places: number[]): void {
    const text = this.#text;
    let open = 0;
    let [openLine, openColumn] = [0, 0];
    while (this.#at < text.length) {
      const code = text.charCodeAt(this.#at);
      if (code === LF) {
        this.#newLine();
        if (open === 0) return;
      } else if (code === SPACE || code === TAB || code === CR) this.#at++;
      else if (code === SEMICOLON) this.#skipLine();
      else if (code === OPEN) {
        if (open++ === 0) [openLine, openColumn] = [this.#line, this.#column(this.#at)];
        this.#at++;
      } else if (code === CLOSE) {
        if (open-- === 0) throw this.#fail("a parenthesis is closed that was not opened", this.#at);
        this.#at++;
      } else {
        places.push(this.#line, this.#column(this.#at));
        words.push(code === QUOTE ? this.#quoted() : this.#word());
      }
    }
    if (open > 0) throw new LexicalError("a parenthesis is not closed", openLine, openColumn);
  }

  #word(): string {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH) {
        const escaped = text.charCodeAt(++at);
        if (at >= text.length || escaped === LF || escaped === CR) {
          throw this.#fail("an escape has no character", at - 1);
        }
      } else if (
        code <= SPACE && (code === SPACE || code === TAB || code === LF || code === CR) ||
        code === SEMICOLON || code === OPEN || code === CLOSE || code === QUOTE
      ) break;
    }
    this.#at = at;
    return text.slice(start, at);
  }

  #quoted(): string {
    const text = this.#text;
    const start = this.#at;
    for (let at = start + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH) at++;
      else if (code === LF) break;
      else if (code === QUOTE) {
        this.#at = at + 1;
        return text.slice(start, at);
      }
    }
    throw this.#fail("a quotation mark is not closed on its line", start);
  }

  #fail(message: string, at: number): LexicalError {
    const error = new LexicalError(message, this.#line, this.#column(at));
    this.#skipLine();
    if (this.#at < this.#text.length) this.#newLine();
    return error;
  }

  #skipLine(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }

  #newLine(): void {
    this.#lineStart = ++this.#at;
    this.#line++;
  }

  #column(at: number): number {
    return at - this.#lineStart + 1;
  }
}
