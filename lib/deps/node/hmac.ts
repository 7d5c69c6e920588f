/**
 * `node:crypto`: HMAC with MD5, which WebCrypto does not have and CRAM-MD5 (RFC 2195) is made of; and what SCRAM-SHA-256 is made of, at
 * once, where a server answers line by line.
 * Permissions at load and to call: none.
 * @module
 */
import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** Returns the HMAC-MD5 of a text under a key, in hex. */
export function hmacMd5(key: string, text: string): string {
  return createHmac("md5", key).update(text).digest("hex");
}

/** Returns the HMAC-SHA-256 of a text under a key. */
export function hmacSha256(key: Uint8Array, text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHmac("sha256", key).update(text).digest());
}

/** Returns the SHA-256 of bytes. */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash("sha256").update(bytes).digest());
}

/** Returns a key of 32 bytes made of a password by PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2). */
export function pbkdf2Sha256(password: string, salt: Uint8Array, iterations: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(pbkdf2Sync(password, salt, iterations, 32, "sha256"));
}
