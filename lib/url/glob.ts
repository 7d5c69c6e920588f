/** Whether a text is what the pattern says: `*` stands for any characters, `?` for one; all others for themselves. */
export function matchesPattern(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  let i = 0;
  while (i < text.length) {
    if (at < pattern.length && (pattern[at] === "?" || (pattern[at] === text[i] && pattern[at] !== "*"))) {
      at++;
      i++;
    } else if (pattern[at] === "*") {
      star = at++;
      retry = i;
    } else if (star >= 0) {
      at = star + 1;
      i = ++retry;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
