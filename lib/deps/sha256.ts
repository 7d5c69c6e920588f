import { createHash } from "node:crypto";

/**
 * SHA-256 piece by piece, from `node:crypto`: the web platform's takes whole arrays only.
 * Permissions at load: none. Part of the runtime.
 * @module
 */

/** A SHA-256 that is fed piece by piece. */
export interface Sha256 {
  /** Takes more bytes. */
  update(bytes: Uint8Array): void;
  /** The digest of all of them; the end of it. */
  digest(): Uint8Array<ArrayBuffer>;
}

/** Begins a SHA-256. */
export function sha256(): Sha256 {
  const hash = createHash("sha256");
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => new Uint8Array(hash.digest()),
  };
}
