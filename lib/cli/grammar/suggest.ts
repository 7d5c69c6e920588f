import { levenshteinDistance } from "../../deps/std/text.ts";

/** Returns a hint with the most similar word; undefined if none is similar. Leading dashes are ignored. */
export function didYouMean(word: string, words: readonly string[]): string | undefined {
  const typed = bare(word).slice(0, 64);
  const near = words
    .map((candidate) => ({ candidate, distance: levenshteinDistance(typed, bare(candidate)) }))
    .filter(({ candidate, distance }) => distance <= tolerance(bare(candidate)) || isSwapped(typed, bare(candidate)))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && `did you mean ${near.candidate}?`;
}

/** Returns the maximum edit distance for a word: with three letters, two edits could produce any other word. */
function tolerance({ length }: string): number {
  return length < 4 ? 1 : Math.max(2, Math.floor(length / 3));
}

/** Returns whether two words differ by one transposition, which counts as two edits elsewhere. */
function isSwapped(one: string, other: string): boolean {
  const at = [...one].findIndex((letter, i) => letter !== other[i]);
  return one.length === other.length && at >= 0 && one[at] === other[at + 1] && one[at + 1] === other[at] &&
    one.slice(at + 2) === other.slice(at + 2);
}

function bare(word: string): string {
  return word.replace(/^-+/, "");
}
