import { foldName } from "./names.ts";

/** Completes a mask to `nick!user@host`: missing parts become `*`. */
export function fullMask(mask: string): string {
  const at = mask.lastIndexOf("@");
  const bang = mask.indexOf("!");
  if (bang >= 0 && at > bang) return mask;
  if (bang >= 0) return `${mask}@*`;
  return at >= 0 ? `*!${mask}` : `${mask}!*@*`;
}

/**
 * Returns whether text matches a mask with `*` for any characters and `?` for one. Takes at most as many steps as the
 * product of the two lengths.
 */
export function matchesMask(mask: string, text: string): boolean {
  const [pattern, subject] = [foldName(mask), foldName(text)];
  let [p, s, star, mark] = [0, 0, -1, 0];
  while (s < subject.length) {
    if (p < pattern.length && pattern[p] === "*") {
      star = p++;
      mark = s;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === subject[s])) {
      p++;
      s++;
    } else if (star >= 0) {
      p = star + 1;
      s = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
