/**
 * `@std/text`: the distance between two words, for "did you mean".
 * Permissions at load: none. Licence: MIT.
 * @module
 */
// @ts-types="./levenshtein_distance.d.ts"
export { levenshteinDistance } from "npm:deno-std@1.4.0/text/levenshtein_distance.js";
