import { alignCells, CELL_END } from "./align_cells.ts";
import { htmlTokens } from "./html_tokens.ts";

type Attributes = (name: string) => string | undefined;

/** Elements that begin and end a line, and those with an empty line around them. */
const BLOCKS = new Set(
  ("address article aside body center dd details dialog div dl dt fieldset figcaption figure footer form header hgroup html " +
    "legend li main nav option search section summary table tbody tfoot thead tr").split(" "),
);
const PARAGRAPHS = new Set("blockquote h1 h2 h3 h4 h5 h6 ol p pre ul".split(" "));

/** Characters of a page that are read. */
const MAX_HTML = 4 * 2 ** 20;
/** Quotations within quotations that are shown as such: deeper ones would make a text much longer than its page. */
const MAX_QUOTES = 20;
/** Levels of lists that are indented. */
const MAX_LEVELS = 10;
/** Characters of a link's text that are compared with its target. */
const MAX_LINK_TEXT = 2000;

/** Line breaks before the next text: none, a new line, an empty line. */
type Gap = 0 | 1 | 2;

/**
 * Returns the text of an HTML page as a reader without pictures and styles sees it: paragraphs, list items and rows on lines of their own,
 * the cells of rows in columns, quotations behind `>`, pictures as their alternative texts, links with their targets behind them. Nothing is loaded or run. The text is
 * untrusted, as the page is.
 *
 * @param html The page; beyond 4 MiB it is cut.
 * @returns Its text; lines end with LF.
 * @example Read a page as text
 * ```ts
 * import { htmlToText } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const html = '<p>Hello, <b>world</b>!</p><ul><li>one<li><a href="https://example.com/">two</a></ul>';
 * assertEquals(htmlToText(html), "Hello, world!\n\n- one\n- two <https://example.com/>");
 * ```
 */
export function htmlToText(html: string): string {
  const page = new Page();
  for (const token of htmlTokens(html.slice(0, MAX_HTML))) {
    if (token.kind === "text") page.text(token.text);
    else if (token.kind === "start") page.start(token.name, token.attribute);
    else page.end(token.name);
  }
  return page.done();
}

/** Text of a page, line by line: white space collapses, and blocks stand on lines of their own. */
class Page {
  readonly #parts: string[] = [];
  #gap: Gap = 0;
  #space = false;
  /** Whether a cell of a row has begun. */
  #cell = false;
  /** Blanks in front of the next text at the beginning of a line. */
  #indented = "";
  #lineStart = true;
  #begun = false;
  #quotes = 0;
  #pre = 0;
  #templates = 0;
  /** Quotations around the last line that has text. */
  #quoted = 0;
  /** The next number of each list that is open; undefined for one without numbers. */
  readonly #lists: (number | undefined)[] = [];
  #link?: { readonly target: string; text: string };

  text(text: string): void {
    if (this.#pre > 0) {
      const lines = text.replace(/\r\n?/g, "\n").split("\n");
      lines.forEach((line, i) => {
        if (i > 0) this.#newLine();
        if (line !== "") this.#put(line);
      });
      return;
    }
    const words = text.replace(/[ \t\n\f\r]+/g, " ");
    if (words.startsWith(" ")) this.#space = true;
    if (words === "" || words === " ") return;
    this.#put(words.trim());
    this.#space = words.endsWith(" ");
  }

  start(name: string, attribute: Attributes): void {
    this.#break(name);
    switch (name) {
      case "br":
        return this.#newLine();
      case "hr":
        this.#atLeast(1);
        this.#put("---");
        return this.#atLeast(1);
      case "img":
        return this.text(attribute("alt") ?? "");
      case "ol":
      case "ul":
        if (this.#lists.length < MAX_LEVELS) this.#lists.push(name === "ol" ? firstOf(attribute("start")) : undefined);
        return;
      case "li":
        return this.#item();
      case "dd":
        return this.#indent("  ");
      case "td":
      case "th":
        this.#cell = true;
        return;
      case "a":
        this.#link = { target: attribute("href")?.trim() ?? "", text: "" };
        return;
      case "pre":
        this.#pre++;
        return;
      case "blockquote":
        this.#quotes++;
        return;
      case "template":
        this.#templates++;
    }
  }

  end(name: string): void {
    if (name === "pre") this.#pre = Math.max(0, this.#pre - 1);
    if (name === "blockquote") this.#quotes = Math.max(0, this.#quotes - 1);
    if (name === "template") this.#templates = Math.max(0, this.#templates - 1);
    if (name === "ol" || name === "ul") this.#lists.pop();
    if (name === "a" && this.#link) {
      const { target, text } = this.#link;
      this.#link = undefined;
      if (/^(?:https?|ftp|mailto):/i.test(target) && bare(text) !== bare(target)) this.text(` <${target}>`);
    }
    this.#break(name);
  }

  done(): string {
    // By hand: a regular expression for what ends a line tries each blank of a long row of them.
    const lines = alignCells(this.#parts.join("").split("\n")).map((line) => line.trimEnd());
    const isText = (line: string) => line !== "";
    return lines.slice(Math.max(0, lines.findIndex(isText)), lines.findLastIndex(isText) + 1).join("\n");
  }

  /** Begins an item of a list. */
  #item(): void {
    const number = this.#lists.at(-1);
    if (number !== undefined) this.#lists[this.#lists.length - 1] = number + 1;
    this.#indent("  ".repeat(Math.max(0, this.#lists.length - 1)));
    this.text(number === undefined ? "- " : `${number}. `);
  }

  /** Puts blanks in front of the next text of a line that has none yet. */
  #indent(blanks: string): void {
    this.#indented = blanks;
  }

  #break(name: string): void {
    // A list within a list continues it.
    const inner = (name === "ol" || name === "ul") && this.#lists.length > 0;
    if (PARAGRAPHS.has(name) && !inner) this.#atLeast(2);
    else if (BLOCKS.has(name) || inner) this.#atLeast(1);
  }

  #atLeast(gap: Gap): void {
    this.#space = this.#cell = false;
    if (gap > this.#gap) this.#gap = gap;
  }

  /** Ends the current line, also an empty one. */
  #newLine(): void {
    this.#flush();
    this.#parts.push("\n");
    this.#lineStart = true;
    this.#space = this.#cell = false;
  }

  #put(text: string): void {
    if (this.#templates > 0) return;
    this.#flush();
    if (this.#lineStart) this.#parts.push("> ".repeat(Math.min(this.#quotes, MAX_QUOTES)), this.#indented);
    else if (this.#cell) this.#parts.push(CELL_END);
    else if (this.#space) this.#parts.push(" ");
    this.#parts.push(text);
    if (this.#link && this.#link.text.length < MAX_LINK_TEXT) this.#link.text += text;
    this.#lineStart = this.#space = this.#cell = false;
    this.#indented = "";
    this.#quoted = this.#quotes;
    this.#begun = true;
  }

  /** Writes the line breaks that are due; none at the beginning. */
  #flush(): void {
    const breaks = this.#begun ? this.#gap - (this.#lineStart && this.#gap > 0 ? 1 : 0) : 0;
    this.#gap = 0;
    if (breaks === 0) return;
    // The line in front of a quotation, and behind it, is not part of it.
    const empty = `${"> ".repeat(Math.min(this.#quotes, this.#quoted, MAX_QUOTES)).trimEnd()}\n`;
    this.#parts.push("\n".slice(0, this.#lineStart ? 0 : 1), breaks > 1 || this.#lineStart ? empty : "");
    this.#lineStart = true;
  }
}

/** The number of the first item of a list. */
function firstOf(start = "1"): number {
  return /^\d{1,6}$/.test(start) ? Number(start) : 1;
}

/** A target of a link as it is written for people. */
function bare(text: string): string {
  return text.trim().replace(/^mailto:/i, "").replace(/\/$/, "");
}
