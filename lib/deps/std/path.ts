/**
 * `@std/path`: paths of this system.
 * Permissions at load: none. Licence: MIT.
 * @module
 */
// @ts-types="./path.d.ts"
export { basename, dirname, isAbsolute, join, normalize, relative, resolve } from "npm:deno-std@1.4.0/path/mod.js";
