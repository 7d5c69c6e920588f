/** Returns a name of a zone file with the origin added where it is relative; `@` is the origin (RFC 1035 §5.1). */
export function absoluteName(word: string, origin: string): string {
  if (word === "@") return origin;
  if (isAbsolute(word)) return word;
  return origin === "." ? `${word}.` : `${word}.${origin}`;
}

/** Whether a name ends with a dot that is not escaped. */
function isAbsolute(word: string): boolean {
  if (!word.endsWith(".")) return false;
  let escapes = 0;
  while (word.charCodeAt(word.length - 2 - escapes) === BACKSLASH) escapes++;
  // An escape of three digits ends in a digit: only backslashes stand directly before the dot.
  return escapes % 2 === 0;
}

const BACKSLASH = 0x5c;
