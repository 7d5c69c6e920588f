/** Characters of scripts that are written without spaces: each is a word of its own. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;
const ASCII = /^[\x20-\x7e]*$/;
const COMBINING = /\p{Mn}+/gu;
const SEPARATORS = /[^\p{L}\p{N}\p{Co}]+/gu;
/** Limit of words of a search. */
const MAX_WORDS = 20;

/**
 * Returns the words of a text as they are compared by a search, separated by spaces: case, accents and compatibility
 * forms do not count; each character of a script without spaces is a word.
 */
export function foldWords(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase().replace(/[^a-z0-9]+/g, " ").trim();
  const folded = text.normalize("NFKD").replace(COMBINING, "").toLowerCase();
  return folded.replace(UNSPACED, " $& ").replace(SEPARATORS, " ").trim();
}

/**
 * Returns the phrases that a message must contain for a search: one for each word that is separated by spaces, at most
 * 20. Words joined by other characters, such as `e-mail`, and characters of a script without spaces have to follow one
 * another.
 */
export function phrasesOf(text: string): string[] {
  return text.split(/\s+/).map(foldWords).filter((phrase) => phrase !== "").slice(0, MAX_WORDS);
}

/** Returns whether folded words contain all phrases. */
export function containsPhrases(words: string, phrases: readonly string[]): boolean {
  const padded = ` ${words} `;
  return phrases.every((phrase) => padded.includes(` ${phrase} `));
}

/** Returns a name as one word of the index: letters and digits only. */
export function nameWord(name: string): string {
  let word = "x";
  for (const byte of new TextEncoder().encode(name)) word += byte.toString(16).padStart(2, "0");
  return word;
}
