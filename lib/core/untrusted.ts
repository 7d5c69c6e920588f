import { HARMFUL_CHARACTERS } from "./harmful.ts";

/**
 * Escapes text from a peer so that it cannot act on a terminal: control characters, invisible direction marks and
 * lone surrogates, and also line feeds and tabs unless `options` keep them.
 *
 * @param text Text from a peer.
 * @returns The text with harmful characters escaped.
 * @example Show text from a peer
 * ```ts
 * import { showUntrusted } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(showUntrusted("a\x1b[31mb\n"), "a\\x1b[31mb\\n");
 * ```
 */
export function showUntrusted(text: string, options?: ShowOptions): string;
export function showUntrusted(text: string, options: ShowOptions = {}): string {
  const cut = options.limit !== undefined && text.length > options.limit;
  // A cut within a surrogate pair would show half a character.
  const shown = cut ? text.slice(0, options.limit).replace(/[\ud800-\udbff]$/, "") : text;
  const escaped = PLAIN.test(shown) ? shown : shown.replace(HARMFUL_CHARACTERS, (char) => {
    if (options.keepLines && (char === "\n" || char === "\t")) return char;
    return SHORT[char] ?? escape(char);
  });
  return cut ? `${escaped}…` : escaped;
}

/** Printable ASCII, which most texts are: tested in a fraction of the time. */
const PLAIN = /^[ -~]*$/;

/** Options of {@link showUntrusted}. */
export interface ShowOptions {
  /**
   * Whether to keep line feeds and tabs.
   * @default {false}
   */
  readonly keepLines?: boolean;
  /**
   * Maximum length in UTF-16 units; `…` marks a cut.
   * @default {undefined}
   */
  readonly limit?: number;
}

const SHORT: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0" };

function escape(char: string): string {
  const hex = (char.codePointAt(0) ?? 0).toString(16);
  if (hex.length > 4) return `\\u{${hex}}`;
  return hex.length > 2 ? `\\u${hex.padStart(4, "0")}` : `\\x${hex.padStart(2, "0")}`;
}
