/**
 * The percent-encode sets of the WHATWG URL standard (§1.3): each is what may not stand in a part as it is.
 * Characters outside ASCII are in all of them.
 */
const C0 = "\\x00-\\x1f\\x7f-\\u{10ffff}";
const FRAGMENT_CHARS = `${C0} "<>\``;
const QUERY_CHARS = `${C0} "#<>`;
const PATH_CHARS = `${QUERY_CHARS}?^\`{}`;
const USERINFO_CHARS = `${PATH_CHARS}/:;=@[\\]\\\\|`;

/** A set of characters to encode. */
export type EncodeSet = RegExp;

const set = (chars: string): EncodeSet => new RegExp(`[${chars}]`, "gu");

/** The sets by the part that they are for. */
export const ENCODE_SETS = {
  control: set(C0),
  fragment: set(FRAGMENT_CHARS),
  query: set(QUERY_CHARS),
  specialQuery: set(`${QUERY_CHARS}'`),
  path: set(PATH_CHARS),
  userinfo: set(USERINFO_CHARS),
} as const;

/** Texts from which only the set for users would encode a character: most URLs. */
const PLAIN = /^[\w\-.~:/?#[\]@!$&()*+,;=%]*$/;

/** Whether there is nothing to encode in a URL, except perhaps in its user, and no backslash or `|`. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/** Encodes the characters of the set as UTF-8 and percent signs; what is encoded already stays. */
export function percentEncode(text: string, encodeSet: EncodeSet): string {
  return text.replace(encodeSet, encodeChar);
}

/** One character, a code point, as the percent signs of its UTF-8; a lone surrogate as those of U+FFFD. */
export function encodeChar(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x80) return `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
  return encodeURIComponent(char.toWellFormed());
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Decodes every percent sign, and the result as UTF-8; invalid sequences become U+FFFD (as in a host). */
export function percentDecode(text: string): string {
  if (!text.includes("%")) return text;
  const bytes = encoder.encode(text);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const high = bytes[i] === 0x25 ? hexDigit(bytes[i + 1]) : -1;
    const low = high < 0 ? -1 : hexDigit(bytes[i + 2]);
    if (low >= 0) i += 2;
    bytes[length++] = low < 0 ? bytes[i] ?? 0 : high * 16 + low;
  }
  return decoder.decode(bytes.subarray(0, length));
}

function hexDigit(code: number | undefined): number {
  if (code === undefined) return -1;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

// Percent signs that together are one character of UTF-8 (RFC 3629 §4), so that all others are left as they are.
const H = "[0-9a-f]";
const T = `%[89ab]${H}`;
const UTF8 = [
  `%[0-7]${H}`,
  `%(?:c[2-9a-f]|d${H})${T}`,
  `%e0%[ab]${H}${T}`,
  `%e[1-9a-cef]${T}${T}`,
  `%ed%[89]${H}${T}`,
  `%f0%[9ab]${H}${T}${T}`,
  `%f[1-3]${T}${T}${T}`,
  `%f4%8${H}${T}${T}`,
].join("|");
const ESCAPED_RUN = new RegExp(`(?:${UTF8})+`, "gi");
const ASCII_ESCAPES = /^(?:[^%]|%[0-7][0-9a-fA-F])*$/;
const ESCAPED_CHAR = new RegExp(UTF8, "gi");

/**
 * Decodes the percent signs that are UTF-8, for people and programs that want the text; others stay as they are.
 *
 * @param text The text with percent signs.
 * @returns The decoded text; bytes that are not UTF-8 stay encoded.
 * @example Decode a text
 * ```ts
 * import { decodeText } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decodeText("a%20b"), "a b");
 * ```
 */
export function decodeText(text: string): string {
  if (!text.includes("%")) return text;
  // Most escapes are of ASCII, and nothing in such a text can be wrong.
  return ASCII_ESCAPES.test(text) ? decodeURIComponent(text) : text.replace(ESCAPED_RUN, decodeURIComponent);
}

/** Characters that may be decoded in a URL without changing its meaning, or controlling a terminal. */
const READABLE = /^[A-Za-z0-9_~-]$|^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

/**
 * Decodes characters that are readable and mean the same either way (RFC 3986 §2.3, RFC 3987 §3.2): letters, digits, and
 * visible characters outside ASCII. Dots stay encoded, since not all parsers treat `%2e%2e` as `..`.
 *
 * @param text The text with percent signs.
 * @returns The text with readable characters decoded.
 * @example Decode letters only
 * ```ts
 * import { decodeReadable } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decodeReadable("%c3%a9%2f"), "é%2f");
 * ```
 */
export function decodeReadable(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(ESCAPED_CHAR, (escaped) => {
    const char = decodeURIComponent(escaped);
    const ascii = char <= "\x7f";
    return READABLE.test(char) && (!ascii || /[\w~-]/.test(char)) ? char : escaped;
  });
}
