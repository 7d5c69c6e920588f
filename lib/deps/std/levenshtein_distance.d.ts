/** Returns the number of edits between two words. */
export function levenshteinDistance(one: string, other: string): number;
