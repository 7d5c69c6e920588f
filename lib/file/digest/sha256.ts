import { createHash } from "../../deps/node/hash.ts";

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
