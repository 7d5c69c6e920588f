/**
 * `node:stream`: the streams that `node:tls` can run on top of.
 * Permissions at load: none. Licence: MIT (part of Deno).
 * @module
 */
export { Duplex } from "node:stream";
