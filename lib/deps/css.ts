/**
 * `css-tree`: reads CSS with the place of each part. Its main entry wants to read a file, these two do not.
 * Permissions at load: none. Licence: MIT (its `mdn-data`, which is not loaded: CC0-1.0).
 * @module
 */
// @ts-types="./css_tree.d.ts"
export { default as parse } from "npm:css-tree@3.2.1/parser";
// @ts-types="./css_walker.d.ts"
export { default as walk } from "npm:css-tree@3.2.1/walker";
