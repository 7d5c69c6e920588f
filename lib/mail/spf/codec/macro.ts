/** Part of a macro string (RFC 7208 §7.1): text as it stands, or a macro to expand. */
export type MacroPart = string | SpfMacro;

/** Macro: `%{d2r}`. */
export interface SpfMacro {
  /** Letter in lower case. */
  readonly letter: string;
  /** Whether the value is escaped as in a URL: the letter is in upper case. */
  readonly escaped: boolean;
  /** Number of parts on the right that remain; all unless given. */
  readonly parts?: number;
  /** Whether the parts are reversed. */
  readonly reversed: boolean;
  /** Characters that separate the parts. */
  readonly delimiters: string;
}

/** Macro letters of domain names, and those that only explanations have. */
const LETTERS = "slodiphv";
const EXPLANATION_LETTERS = "crt";
const MACRO = /^%\{([a-z])(\d*)(r?)([.\-+,/_=]*)\}/i;
const ESCAPES: Readonly<Record<string, string>> = { "%%": "%", "%_": " ", "%-": "%20" };

/** A macro string that cannot be read: where, and why. */
export interface MacroFault {
  /** Index of the first character that is wrong. */
  readonly at: number;
  /** Problem in words. */
  readonly problem: string;
}

/** Parses a macro string. In an explanation, spaces and three further letters are permitted. */
export function parseMacros(text: string, explanation = false): readonly MacroPart[] | MacroFault {
  const parts: MacroPart[] = [];
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("%", at);
    const literal = text.slice(at, end < 0 ? undefined : end);
    const wrong = literal.search(explanation ? /[^\x20-\x7e]/ : /[^\x21-\x7e]/);
    if (wrong >= 0) return { at: at + wrong, problem: "invalid character" };
    if (literal !== "") parts.push(literal);
    if (end < 0) break;
    at = end;
    const escape = ESCAPES[text.slice(at, at + 2)];
    if (escape !== undefined) {
      parts.push(escape);
      at += 2;
      continue;
    }
    const [whole = "", letter = "", digits = "", reversed = "", delimiters = ""] = MACRO.exec(text.slice(at)) ?? [];
    if (whole === "") return { at, problem: 'invalid macro: use %{LETTER}, "%%", "%_" or "%-"' };
    const lower = letter.toLowerCase();
    if (EXPLANATION_LETTERS.includes(lower) && !explanation) {
      return { at, problem: `macro letter "${letter}" is only permitted in explanations` };
    }
    if (!(LETTERS + EXPLANATION_LETTERS).includes(lower)) return { at, problem: `unknown macro letter "${letter}"` };
    if (digits !== "" && Number(digits) === 0) return { at, problem: "a macro with 0 parts" };
    parts.push({
      letter: lower,
      escaped: lower !== letter,
      ...(digits !== "" && { parts: Number(digits) }),
      reversed: reversed !== "",
      delimiters: delimiters || ".",
    });
    at += whole.length;
  }
  return parts;
}

/** Returns the text of a macro whose letter has this value (RFC 7208 §7.3). */
export function macroText({ escaped, parts, reversed, delimiters }: SpfMacro, value: string): string {
  const pieces: string[] = [];
  let piece = "";
  for (const char of value) {
    if (!delimiters.includes(char)) piece += char;
    else {
      pieces.push(piece);
      piece = "";
    }
  }
  pieces.push(piece);
  if (reversed) pieces.reverse();
  const text = pieces.slice(parts === undefined ? 0 : -parts).join(".");
  return escaped ? encodeURIComponent(text).replace(/[!'()*]/g, percent) : text;
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
