/**
 * `node:fs`: mode and owner of an open file, whatever has its name by now; Deno's own calls take paths only.
 * Permissions at load: none; to open: read and write of the path; for the rest: none.
 * @module
 */
export { closeSync, fchmodSync, fchownSync, fstatSync, openSync } from "node:fs";
