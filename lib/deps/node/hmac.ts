/**
 * `node:crypto`: HMAC with MD5, which WebCrypto does not have and CRAM-MD5 (RFC 2195) is made of.
 * Permissions at load and to call: none.
 * @module
 */
import { createHmac } from "node:crypto";

/** Returns the HMAC-MD5 of a text under a key, in hex. */
export function hmacMd5(key: string, text: string): string {
  return createHmac("md5", key).update(text).digest("hex");
}
