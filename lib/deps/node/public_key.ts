/**
 * `node:crypto`: the public key of a private one in any of the PEM forms; WebCrypto reads PKCS#8 alone.
 * Permissions at load and to call: none. Licence: MIT (part of Deno).
 * @module
 */
export { createPublicKey } from "node:crypto";
