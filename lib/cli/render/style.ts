import { unicodeWidth } from "../../deps/width.ts";

/** Colours text, or returns it unchanged. */
export interface Style {
  /** Important text. */
  bold(text: string): string;
  /** Secondary text. */
  dim(text: string): string;
  /** A name of a thing. */
  name(text: string): string;
  /** Something good. */
  good(text: string): string;
  /** Something bad. */
  bad(text: string): string;
  /** Something to be careful with. */
  care(text: string): string;
  /** One of many things of a kind, to be told apart from the others: the same number is the same colour. */
  one(text: string, number: number): string;
}

const CODES: Record<Exclude<keyof Style, "one">, number> = { bold: 1, dim: 2, name: 36, good: 32, bad: 31, care: 33 };

/** Colours that can be read on dark and on light. */
const MANY = ["31", "32", "33", "34", "35", "36", "38;5;166", "38;5;98", "38;5;30", "38;5;64", "38;5;125", "38;5;61"];

/** The style for an output with or without colour. */
export function style(colour: boolean): Style {
  const paint = (code: number | string) => (text: string) => colour ? `\x1b[${code}m${text}\x1b[0m` : text;
  return {
    bold: paint(CODES.bold),
    dim: paint(CODES.dim),
    name: paint(CODES.name),
    good: paint(CODES.good),
    bad: paint(CODES.bad),
    care: paint(CODES.care),
    one: (text, number) => paint(MANY[number % MANY.length] ?? "0")(text),
  };
}

/** Fills text with spaces to a width in columns of a terminal. */
export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - unicodeWidth(text)));
}

/** Rows as lines with aligned columns, two spaces apart. The last column is not filled. */
export function columns(rows: readonly (readonly string[])[], indent = ""): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, unicodeWidth(cell));
  }
  return rows.map((row) =>
    indent + row.map((cell, i) => i === row.length - 1 ? cell : pad(cell, widths[i] ?? 0)).join("  ").trimEnd()
  );
}

/** Breaks text into lines of at most `width` columns. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && unicodeWidth(line) + 1 + unicodeWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
