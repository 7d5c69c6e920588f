/** The octets that the grammar names. */
export const TAB = 9;
/** Line feed. */
export const LF = 10;
/** Carriage return. */
export const CR = 13;
/** Space. */
export const SP = 32;
/** The octet between a field's name and its value. */
export const COLON = 58;

const encoder = new TextEncoder();

/** A table that says of each octet whether it is one of these. */
function table(test: (octet: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, octet) => test(octet) ? 1 : 0);
}

const isAlphaNumeric = (octet: number) => /[0-9A-Za-z]/.test(String.fromCharCode(octet));
const among = (text: string) => {
  const octets = new Set(encoder.encode(text));
  return (octet: number) => isAlphaNumeric(octet) || octets.has(octet);
};

/** `tchar` (RFC 9110 §5.6.2). */
export const TOKEN: Uint8Array = table(among("!#$%&'*+-.^_`|~"));
/** Octets of a field value: `VCHAR`, `obs-text`, space and tab (RFC 9110 §5.5). */
export const FIELD_VALUE: Uint8Array = table((octet) => octet === TAB || (octet >= SP && octet !== 127));
/** Octets of a request target: visible ASCII except `#`, and octets above it, which are then percent-encoded. */
export const TARGET: Uint8Array = table((octet) => octet > SP && octet !== 127 && octet !== 35);
/** `uri-host [":" port]` (RFC 3986 §3.2.2): what Host may hold. */
export const AUTHORITY: Uint8Array = table(among("-._~!$&'()*+,;=%:[]"));

/** Whether all octets from `start` up to `end` are in a table. */
export function allIn(set: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (set[bytes[i]] === 0) return false;
  return true;
}

/** Octets as text, each one character (ISO 8859-1), so that nothing is lost. */
export function decodeOctets(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = "";
  // As many arguments as a call safely takes.
  for (let i = start; i < end; i += 8192) {
    const piece = bytes.subarray(i, Math.min(end, i + 8192));
    text += String(Reflect.apply(String.fromCharCode, undefined, piece));
  }
  return text;
}

/** Text whose characters are octets as these; a character above U+00FF has no place in it. */
export function encodeOctets(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Whether a text is a `token`. */
export function isToken(text: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text);
}

/** Returns a text without the spaces and tabs at its ends; in linear time, which an expression does not promise. */
export function trimBlanks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Whether an octet is a space or a tab. */
export function isBlank(octet: number | undefined): boolean {
  return octet === SP || octet === TAB;
}
