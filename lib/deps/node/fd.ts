/**
 * `node:fs`: what a file descriptor is; Deno has no call of its own for it.
 * Permissions at load and to call: none.
 * @module
 */
export { fstatSync } from "node:fs";
