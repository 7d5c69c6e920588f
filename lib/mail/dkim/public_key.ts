import { derValue } from "./codec/der.ts";
import type { DkimKeyRecord } from "./codec/key_record.ts";

/** Head of a public key in the form of X.509 whose algorithm is RSA (RFC 3279 §2.3.1). */
const RSA_ALGORITHM = Uint8Array.of(0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0);
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const ED25519 = { name: "Ed25519" };
const ED25519_BYTES = 32;
/** Bytes of a public exponent: with a long one, each check takes long. */
const MAX_EXPONENT = 8;

/** Public key of a record. */
export interface DkimPublicKey {
  /** Number of bits. */
  readonly bits: number;
  /** Whether the key is one that is not worth a check: an exponent is too long. */
  readonly slow: boolean;
  /** Returns whether a signature belongs to a text. */
  verify(signature: Uint8Array<ArrayBuffer>, text: Uint8Array<ArrayBuffer>): Promise<boolean>;
}

/** Reads the key of a record: RSA in either form that is in use, or Ed25519; undefined when it is not a key of its type. */
export async function dkimPublicKey({ type, key }: DkimKeyRecord): Promise<DkimPublicKey | undefined> {
  if (type === "ed25519") {
    // Older versions of the runtime accept keys of any length.
    const known = key.length === ED25519_BYTES ? await imported("raw", key, ED25519) : undefined;
    // The digest is what is signed (RFC 8463 §3).
    return known && {
      ...{ bits: 256, slow: false },
      verify: async (signature, text) =>
        await crypto.subtle.verify(ED25519, known, signature, await crypto.subtle.digest("SHA-256", text)),
    };
  }
  // RFC 6376 §3.6.1 has RSAPublicKey, its examples and most keys SubjectPublicKeyInfo.
  const bare = () => derValue(0x30, RSA_ALGORITHM, derValue(3, Uint8Array.of(0), key));
  const known = await imported("spki", key, RSA) ?? await imported("spki", bare(), RSA);
  if (!known) return undefined;
  const { algorithm } = known;
  const exponent = "publicExponent" in algorithm ? algorithm.publicExponent : undefined;
  return {
    bits: "modulusLength" in algorithm ? Number(algorithm.modulusLength) : 0,
    slow: exponent instanceof Uint8Array && exponent.length > MAX_EXPONENT,
    verify: (signature, text) => crypto.subtle.verify(RSA.name, known, signature, text),
  };
}

async function imported(
  format: "raw" | "spki",
  key: Uint8Array<ArrayBuffer>,
  algorithm: typeof RSA | typeof ED25519,
): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey(format, key, algorithm, true, ["verify"]);
  } catch {
    return undefined;
  }
}
