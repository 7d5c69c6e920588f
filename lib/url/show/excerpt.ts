import { showUntrusted } from "../../core/untrusted.ts";
import { unicodeWidth } from "../../deps/width.ts";

const AROUND = 40;

/** The neighbourhood of a place in a text, and below it a caret that points at the place: two lines for people. */
export function excerpt(text: string, offset: number): [line: string, caret: string] {
  const start = Math.max(0, offset - AROUND);
  const before = (start > 0 ? "…" : "") + showUntrusted(text.slice(start, offset));
  const after = showUntrusted(text.slice(offset, offset + AROUND)) + (offset + AROUND < text.length ? "…" : "");
  return [before + after, `${" ".repeat(unicodeWidth(before))}^`];
}
