import { boundaries, graphemes, safe } from "../text/graphemes.ts";
import { REVERSE, type Row, type Span } from "../text/span.ts";

/** Limit of characters of a line. */
const MAX_CHARS = 16 * 1024;
/** Limit of remembered lines. */
const MAX_HISTORY = 200;
/** Character at the beginning of a grapheme of a word. */
const WORD = /^[\p{L}\p{M}\p{N}]/u;
/** Shown for a line break in pasted text. */
const BREAK: Span = { text: "↵", attributes: REVERSE };

/** Keys that do the same as others. */
const SYNONYMS: Readonly<Record<string, string>> = {
  "C-b": "Left",
  "C-f": "Right",
  "C-a": "Home",
  "C-e": "End",
  "M-b": "C-Left",
  "M-f": "C-Right",
  "C-h": "Backspace",
  "C-p": "Up",
  "C-n": "Down",
};

/** Line of input; the cursor moves by graphemes. It has line breaks only where text with several lines was pasted. */
export class LineEditor {
  #text = "";
  #at = 0;
  #killed = "";
  readonly #history: string[] = [];
  /** Index in the history, its length for the line that was not entered yet. */
  #recalled = 0;
  #draft = "";

  /** Text. */
  get text(): string {
    return this.#text;
  }

  /** Index of the cursor, in UTF-16 units. */
  get at(): number {
    return this.#at;
  }

  /** Inserts text at the cursor. */
  insert(text: string): void {
    if (this.#text.length + text.length > MAX_CHARS) return;
    this.#replace(this.#at, this.#at, text);
  }

  /** Replaces text before the cursor. */
  complete(length: number, text: string): void {
    this.#replace(this.#at - length, this.#at, text);
  }

  /** Replaces the whole text, with the cursor at its end. */
  set(text: string): void {
    this.#text = text;
    this.#at = text.length;
  }

  /** Runs the command of a key; returns whether it is one of the editor's. */
  press(name: string): boolean {
    switch (SYNONYMS[name] ?? name) {
      case "Left":
        this.#at = this.#left();
        return true;
      case "Right":
        this.#at = this.#right();
        return true;
      case "Home":
        this.#at = 0;
        return true;
      case "End":
        this.#at = this.#text.length;
        return true;
      case "C-Left":
        this.#at = this.#wordLeft();
        return true;
      case "C-Right":
        this.#at = this.#wordRight();
        return true;
      case "Backspace":
        this.#replace(this.#left(), this.#at, "");
        return true;
      case "Delete":
        this.#replace(this.#at, this.#right(), "");
        return true;
      case "C-w":
        this.#kill(this.#back(/^\S/u), this.#at);
        return true;
      case "M-Backspace":
        this.#kill(this.#wordLeft(), this.#at);
        return true;
      case "M-d":
        this.#kill(this.#at, this.#wordRight());
        return true;
      case "C-k":
        this.#kill(this.#at, this.#text.length);
        return true;
      case "C-u":
        this.#kill(0, this.#at);
        return true;
      case "C-y":
        this.insert(this.#killed);
        return true;
      case "Up":
        this.#recall(-1);
        return true;
      case "Down":
        this.#recall(1);
        return true;
      default:
        return false;
    }
  }

  /** Returns the text, remembers it, and begins an empty line. */
  enter(): string {
    const text = this.#text;
    if (text.trim() !== "" && this.#history.at(-1) !== text) this.#history.push(text);
    if (this.#history.length > MAX_HISTORY) this.#history.shift();
    this.#recalled = this.#history.length;
    this.#draft = "";
    this.set("");
    return text;
  }

  /** Returns the visible part of the line, at most `width` columns, and the column of the cursor. */
  view(width: number): { readonly row: Row; readonly column: number } {
    const cells: { span: Span; width: number; at: number }[] = [];
    const starts = boundaries(this.#text);
    for (const [i, at] of starts.slice(0, -1).entries()) {
      const piece = this.#text.slice(at, starts[i + 1]);
      if (piece === "\n") cells.push({ span: BREAK, width: 1, at });
      else for (const cell of graphemes(safe(piece))) cells.push({ span: { text: cell.text }, width: cell.width, at });
    }
    // The cursor takes one column, also after the last character.
    let column = 0;
    let first = 0;
    for (const cell of cells) {
      if (cell.at >= this.#at) break;
      column += cell.width;
    }
    while (column > width - 1 && first < cells.length) column -= cells[first++]?.width ?? 0;
    const row: Span[] = [];
    let used = 0;
    for (const cell of cells.slice(first)) {
      if (used + cell.width > width) break;
      row.push(cell.span);
      used += cell.width;
    }
    return { row, column };
  }

  #replace(from: number, to: number, text: string): void {
    this.#text = this.#text.slice(0, from) + text + this.#text.slice(to);
    // A mark joins the character before it.
    this.#at = boundaries(this.#text).find((at) => at >= from + text.length) ?? this.#text.length;
  }

  #kill(from: number, to: number): void {
    if (from === to) return;
    this.#killed = this.#text.slice(from, to);
    this.#replace(from, to, "");
  }

  #left(): number {
    return boundaries(this.#text).findLast((at) => at < this.#at) ?? 0;
  }

  #right(): number {
    return boundaries(this.#text).find((at) => at > this.#at) ?? this.#text.length;
  }

  #wordLeft(): number {
    return this.#back(WORD);
  }

  /** Returns where the word of such characters before the cursor begins. */
  #back(word: RegExp): number {
    const starts = boundaries(this.#text).filter((at) => at < this.#at);
    const belongs = (at: number) => word.test(this.#text.slice(at, at + 2));
    let i = starts.length;
    while (i > 0 && !belongs(starts[i - 1] ?? 0)) i--;
    while (i > 0 && belongs(starts[i - 1] ?? 0)) i--;
    return starts[i] ?? this.#at;
  }

  #wordRight(): number {
    const [word = ""] = /^[^\p{L}\p{N}]*[\p{L}\p{M}\p{N}]*/u.exec(this.#text.slice(this.#at)) ?? [];
    return this.#at + word.length;
  }

  #recall(by: number): void {
    const next = this.#recalled + by;
    if (next < 0 || next > this.#history.length) return;
    if (this.#recalled === this.#history.length) this.#draft = this.#text;
    this.#recalled = next;
    this.set(this.#history[next] ?? this.#draft);
  }
}
