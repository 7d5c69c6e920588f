import { foldName } from "./names.ts";

/** Fills a mask up to `nick!user@host`: what is missing is `*`. */
export function fullMask(mask: string): string {
  const at = mask.lastIndexOf("@");
  const bang = mask.indexOf("!");
  if (bang >= 0 && at > bang) return mask;
  if (bang >= 0) return `${mask}@*`;
  return at >= 0 ? `*!${mask}` : `${mask}!*@*`;
}

/**
 * Whether text is of a mask with `*` for any characters and `?` for one. It takes no more steps than the product of the
 * two lengths, whatever the mask.
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
