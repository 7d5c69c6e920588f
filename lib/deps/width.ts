/**
 * How wide a text is on a terminal. (`@std/cli`'s own function lacks its data file in the npm package.)
 * Permissions at load: none. Licence: MIT.
 * @module
 */
export { default as unicodeWidth } from "npm:string-width@9.0.0";
