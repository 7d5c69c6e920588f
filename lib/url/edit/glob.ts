/** One element of a pattern: a character, or one of the two wildcards. */
type Place = "any" | "one" | { readonly char: string };

/** An escaped character, a wildcard, or any other character. */
const PLACE = /\\[*?=\\]|[^]/gu;

/**
 * Whether a text is what the pattern says: `*` stands for any characters, `?` for one, all others for themselves; `\*`,
 * `\?`, `\=` and `\\` for the second of the two.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const places = placesOf(pattern);
  const chars = [...text];
  let at = 0;
  let star = -1;
  let retry = 0;
  let i = 0;
  while (i < chars.length) {
    const place = places[at];
    if (place === "any") {
      star = at++;
      retry = i;
    } else if (place === "one" || (place !== undefined && place.char === chars[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++retry;
    } else return false;
  }
  while (places[at] === "any") at++;
  return at === places.length;
}

function placesOf(pattern: string): Place[] {
  return Array.from(pattern.matchAll(PLACE), ([text]) => {
    if (text === "*") return "any";
    if (text === "?") return "one";
    return { char: text.startsWith("\\") && text !== "\\" ? text.slice(1) : text };
  });
}

/** Where the first `=` of a pattern is that is not written `\=`, or -1. */
export function equalsOf(pattern: string): number {
  return [...pattern.matchAll(PLACE)].find(([text]) => text === "=")?.index ?? -1;
}
