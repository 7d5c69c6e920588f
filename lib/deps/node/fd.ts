/**
 * `node:fs`: what a file descriptor is, and cutting the file that it writes to; Deno has no calls of its own for them.
 * Permissions at load and to call: none.
 * @module
 */
export { fstatSync, ftruncateSync } from "node:fs";
