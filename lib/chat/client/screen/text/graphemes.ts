import { showUntrusted } from "../../../../core/untrusted.ts";
import { unicodeWidth } from "../../../../deps/width.ts";

/** Limit of code points of a grapheme; further ones, stacked marks mostly, are dropped. */
const MAX_CODE_POINTS = 12;
/** Columns that a grapheme takes at most on a terminal. */
const MAX_COLUMNS = 2;
const PRINTABLE_ASCII = /^[ -~]*$/;

/** Character as readers see it, of one or more code points. */
export interface Grapheme {
  /** The characters, for a terminal. */
  readonly text: string;
  /** Columns on a terminal. */
  readonly width: number;
}

let segmenter: Intl.Segmenter | undefined;

/** Returns the index of the first code unit of each grapheme of a text (UAX #29), and the length of the text. */
export function boundaries(text: string): number[] {
  if (PRINTABLE_ASCII.test(text)) return Array.from({ length: text.length + 1 }, (_, i) => i);
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return [...Array.from(segmenter.segment(text), ({ index }) => index), text.length];
}

/** Splits text that is safe for a terminal into graphemes. */
export function graphemes(text: string): Grapheme[] {
  if (PRINTABLE_ASCII.test(text)) return Array.from(text, (char) => ({ text: char, width: 1 }));
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => {
    const points = [...segment];
    const shown = points.length > MAX_CODE_POINTS ? points.slice(0, MAX_CODE_POINTS).join("") : segment;
    const width = Math.min(unicodeWidth(shown), MAX_COLUMNS);
    // A mark without a letter would change the character before it.
    return width === 0 ? { text: `\u25cc${shown}`, width: 1 } : { text: shown, width };
  });
}

/** Returns the columns of a text on a terminal. */
export function textWidth(text: string): number {
  return graphemes(text).reduce((sum, { width }) => sum + width, 0);
}

/** Returns the beginning of a text that takes at most this number of columns; `…` marks a cut. */
export function fit(text: string, columns: number): string {
  let shown = "";
  let used = 0;
  const all = graphemes(text);
  for (const [i, { text: char, width }] of all.entries()) {
    const reserve = i === all.length - 1 ? 0 : 1;
    if (used + width + reserve > columns) return columns > used ? `${shown}…` : shown;
    shown += char;
    used += width;
  }
  return shown;
}

/** Escapes text from a peer or the keyboard for one row of a terminal. */
export function safe(text: string): string {
  return showUntrusted(text, { limit: 8000 });
}
