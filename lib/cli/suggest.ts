import { levenshteinDistance } from "../deps/text.ts";

/** A hint with the word that was probably meant, or nothing when none is near. */
export function didYouMean(word: string, words: readonly string[]): string | undefined {
  const near = words
    .map((candidate) => ({ candidate, distance: levenshteinDistance(word.slice(0, 64), candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && `did you mean ${near.candidate}?`;
}
