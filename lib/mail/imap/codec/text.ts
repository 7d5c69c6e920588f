/** Longest string that is sent between quotes. */
const MAX_QUOTED = 1024;
const encoder = new TextEncoder();

/** Formats a string: between quotes, or as a literal where it has other characters than printable ASCII. */
export function formatString(text: string): string {
  if (text.length <= MAX_QUOTED && /^[\t\x20-\x7e]*$/.test(text)) return `"${text.replace(/["\\]/g, "\\$&")}"`;
  const clean = text.replaceAll("\0", " ");
  return `{${encoder.encode(clean).length}}\r\n${clean}`;
}

/** The same, or `NIL`. */
export function formatNstring(text: string | undefined): string {
  return text === undefined ? "NIL" : formatString(text);
}

/** Formats a string as an atom where that is possible. */
export function formatAstring(text: string): string {
  return /^[!#$&'+-\[\]^-z|-~]+$/.test(text) && !/^nil$/i.test(text) ? text : formatString(text);
}

/** Formats flags as a list. */
export function formatFlags(flags: Iterable<string>): string {
  return `(${[...flags].join(" ")})`;
}
