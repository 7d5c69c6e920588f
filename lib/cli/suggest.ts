import { levenshteinDistance } from "../deps/text.ts";

/** A hint with the word that was probably meant, or nothing when none is near. Dashes in front do not count. */
export function didYouMean(word: string, words: readonly string[]): string | undefined {
  const typed = bare(word).slice(0, 64);
  const near = words
    .map((candidate) => ({ candidate, distance: levenshteinDistance(typed, bare(candidate)) }))
    .filter(({ candidate, distance }) => distance <= tolerance(bare(candidate).length))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && `did you mean ${near.candidate}?`;
}

/** Two letters that changed places are two edits, which a word of four has to bear. */
function tolerance(length: number): number {
  return length < 4 ? 1 : Math.max(2, Math.floor(length / 3));
}

function bare(word: string): string {
  return word.replace(/^-+/, "");
}
