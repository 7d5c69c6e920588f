/**
 * `node:crypto`: digests of what comes piece by piece; WebCrypto wants all of it at once.
 * Permissions at load and to call: none. Licence: MIT (part of Deno).
 * @module
 */
export { createHash } from "node:crypto";
