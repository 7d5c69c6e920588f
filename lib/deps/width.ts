/**
 * Width of a text on a terminal. (`@std/cli`'s own function lacks its data file in the npm package, and
 * `string-width` takes half as long to load as a whole tool takes to start.)
 * Permissions at load: none. Licence: MIT.
 * @module
 */
export { default as unicodeWidth } from "npm:fast-string-width@3.0.2";
