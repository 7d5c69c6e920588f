/** Characters that no shell takes for more. */
const PLAIN = /^[\w@%+=:,./-]+$/;
/** Characters that a shell takes for more also between double quotes. */
const EXPANDED = /["$`\\!%]/;

/**
 * Returns a word as it is written in a shell, so that it arrives as it is: between double quotes, which the shells of Windows know, too,
 * or between single ones if it has characters that are special even there. Brackets are a pattern for zsh.
 */
export function shellWord(word: string): string {
  if (PLAIN.test(word)) return word;
  return EXPANDED.test(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : `"${word}"`;
}
