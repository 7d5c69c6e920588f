import { FORMATTING } from "../../../codec/formatting.ts";
import { safe } from "./graphemes.ts";
import { BOLD, ITALIC, REVERSE, type Span, STRIKE, UNDERLINE } from "./span.ts";

/** Attributes by their codes in IRC (modern.ircdocs.horse, "formatting"). */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  "\x02": BOLD,
  "\x1d": ITALIC,
  "\x1f": UNDERLINE,
  "\x1e": STRIKE,
  "\x16": REVERSE,
};
const RESET = "\x0f";
/** Colours 0 to 15 of IRC, as colours of a terminal. */
const COLOURS = [15, 0, 4, 2, 9, 1, 5, 3, 11, 10, 6, 14, 12, 13, 8, 7];
const MAX_CHARS = 8000;

/** Converts a text with IRC formatting codes to spans. Control characters are escaped, LF is kept: formatting ends with its line. Colours above 15 are the default one. */
export function formattedSpans(text: string): Span[] {
  return text.split("\n").flatMap((line, i) => i === 0 ? lineSpans(line) : [{ text: "\n" }, ...lineSpans(line)]);
}

function lineSpans(text: string): Span[] {
  const spans: Span[] = [];
  const on = new Set<string>();
  let colour: string | undefined;
  let from = 0;
  const add = (piece: string) => {
    if (piece === "") return;
    const attributes = on.size === 0 ? undefined : [...on].sort().join(";");
    spans.push({ text: safe(piece), attributes, colour });
  };
  const shown = text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text;
  for (const match of shown.matchAll(FORMATTING)) {
    const [code] = match;
    add(shown.slice(from, match.index));
    from = match.index + code.length;
    const attribute = ATTRIBUTES[code];
    if (code === RESET) {
      on.clear();
      colour = undefined;
    } else if (attribute !== undefined) {
      if (!on.delete(attribute)) on.add(attribute);
    } else if (code.startsWith("\x03")) colour = colourOf(code.slice(1));
    else if (code.startsWith("\x04")) colour = hexColour(code.slice(1));
  }
  add(shown.slice(from));
  return spans;
}

function colourOf(digits: string): string | undefined {
  const [text = "", ground = ""] = digits.split(",").map((number) => COLOURS[number === "" ? 99 : Number(number)]);
  const codes = [text === "" ? "" : `38;5;${text}`, ground === "" ? "" : `48;5;${ground}`].filter((code) =>
    code !== ""
  );
  return codes.length === 0 ? undefined : codes.join(";");
}

function hexColour(digits: string): string | undefined {
  const part = (at: number) => Number.parseInt(digits.slice(at, at + 2), 16);
  return digits.length < 6 ? undefined : `38;2;${part(0)};${part(2)};${part(4)}`;
}
