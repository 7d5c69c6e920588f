/** How many edits lie between two words. */
export function levenshteinDistance(one: string, other: string): number;
