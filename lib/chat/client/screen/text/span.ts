import { textWidth } from "./graphemes.ts";

/** Looks of a text, as parameters of SGR (ECMA-48, 8.3.117). */
export interface TextStyle {
  /** Bold, italics and the like, which remain without colours. */
  readonly attributes?: string;
  /** Colours. */
  readonly colour?: string;
}

/** Text with one look; it is safe for a terminal. */
export interface Span extends TextStyle {
  /** The text, without control characters. */
  readonly text: string;
}

/** Spans side by side: a row of a terminal, at most as wide as it is. */
export type Row = readonly Span[];

/** Attributes of a text: parameters of SGR. */
export const [BOLD, DIM, ITALIC, UNDERLINE, REVERSE, STRIKE] = ["1", "2", "3", "4", "7", "9"] as const;

/** Colours of nicknames, which can be read on dark and on light. */
const NICK_COLOURS = ["31", "32", "33", "34", "35", "36", "38;5;166", "38;5;98", "38;5;30", "38;5;64", "38;5;125"];

/** Returns the colour of a nickname from its number: the same for each message. */
export function nickColour(number: number): string {
  return NICK_COLOURS[number % NICK_COLOURS.length] ?? "";
}

/** Returns the columns of a row. */
export function rowWidth(row: Row): number {
  return row.reduce((sum, { text }) => sum + textWidth(text), 0);
}

/** Fills a row with spaces of a look up to a width. */
export function fill(row: Row, width: number, style: TextStyle): Row {
  const missing = width - rowWidth(row);
  return missing <= 0 ? row : [...row, { ...style, text: " ".repeat(missing) }];
}

/** Returns a row as text for a terminal, which ends without a look. */
export function paintRow(row: Row, colours: boolean): string {
  return row.map(({ text, attributes, colour }) => {
    const codes = [attributes, colours ? colour : undefined].filter((code) => code).join(";");
    return codes === "" ? text : `\x1b[${codes}m${text}\x1b[0m`;
  }).join("");
}
