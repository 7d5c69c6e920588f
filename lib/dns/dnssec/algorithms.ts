import { concat } from "../../deps/std/bytes.ts";

/** Verifies a signature with a public key, both in the form that DNSKEY and RRSIG have; false for any that does not fit. */
export type Verify = (key: Uint8Array, signature: Uint8Array, data: Uint8Array<ArrayBuffer>) => Promise<boolean>;

interface Algorithm {
  readonly name: string;
  /** Absent where signatures of the algorithm are not verified: zones with no other are insecure (RFC 4035 §5.2). */
  readonly verify?: Verify;
}

/** Maximum size of an RSA modulus (RFC 5702 §2), and of an exponent: others cost more than a signature may. */
const MAX_RSA_BYTES = 512;
const MIN_RSA_BYTES = 64;
const MAX_EXPONENT_BYTES = 5;

/** Algorithms of keys and signatures. SHA-1 is as good as none (RFC 9905), and the runtime has neither Ed448 nor GOST. */
const ALGORITHMS: Readonly<Record<number, Algorithm>> = {
  1: { name: "RSAMD5" },
  3: { name: "DSA" },
  5: { name: "RSASHA1" },
  6: { name: "DSA-NSEC3-SHA1" },
  7: { name: "RSASHA1-NSEC3-SHA1" },
  8: { name: "RSASHA256", verify: rsa("SHA-256") },
  10: { name: "RSASHA512", verify: rsa("SHA-512") },
  12: { name: "ECC-GOST" },
  13: { name: "ECDSAP256SHA256", verify: ecdsa("P-256", "SHA-256", 64) },
  14: { name: "ECDSAP384SHA384", verify: ecdsa("P-384", "SHA-384", 96) },
  15: { name: "ED25519", verify: ed25519 },
  16: { name: "ED448" },
  17: { name: "SM2SM3" },
  23: { name: "ECC-GOST12" },
};

/** Digests of DS records. SHA-1 is recognised and not used (RFC 9905 §2). */
const DIGESTS: Readonly<Record<number, { readonly name: string; readonly hash?: string }>> = {
  1: { name: "SHA-1" },
  2: { name: "SHA-256", hash: "SHA-256" },
  3: { name: "GOST R 34.11-94" },
  4: { name: "SHA-384", hash: "SHA-384" },
  5: { name: "GOST R 34.11-2012" },
  6: { name: "SM3" },
};

/** The name of an algorithm, such as `ED25519`; `algorithm 200` for an unknown one. */
export function algorithmName(algorithm: number): string {
  return ALGORITHMS[algorithm]?.name ?? `algorithm ${algorithm}`;
}

/** The name of a digest, such as `SHA-256`; `digest 200` for an unknown one. */
export function digestName(digest: number): string {
  return DIGESTS[digest]?.name ?? `digest ${digest}`;
}

/** Returns how signatures of an algorithm are verified, or undefined where they are not. */
export function verifierOf(algorithm: number): Verify | undefined {
  return ALGORITHMS[algorithm]?.verify;
}

/** Returns whether digests of this kind are compared. */
export function isSupportedDigest(digest: number): boolean {
  return DIGESTS[digest]?.hash !== undefined;
}

/** The digest of a DS record over an owner name in canonical form and the data of a key (RFC 4034 §5.1.4). */
export async function digestOf(digest: number, owner: Uint8Array, key: Uint8Array): Promise<Uint8Array | undefined> {
  const hash = DIGESTS[digest]?.hash;
  return hash === undefined ? undefined : new Uint8Array(await crypto.subtle.digest(hash, concat([owner, key])));
}

/** RSA (RFC 3110, 5702): the key is the length of the exponent, the exponent and the modulus. */
function rsa(hash: string): Verify {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash };
  return async (key, signature, data) => {
    const long = key[0] === 0;
    const start = long ? 3 : 1;
    const end = start + (long ? ((key[1] ?? 0) << 8) | (key[2] ?? 0) : key[0] ?? 0);
    const [exponent, modulus] = [significant(key.subarray(start, end)), significant(key.subarray(end))];
    if (exponent.length === 0 || exponent.length > MAX_EXPONENT_BYTES) return false;
    if (modulus.length < MIN_RSA_BYTES || modulus.length > MAX_RSA_BYTES) return false;
    const jwk = { kty: "RSA", n: base64url(modulus), e: base64url(exponent) };
    // Leading zeros of a signature may have been left out, or too many written.
    const padded = new Uint8Array(modulus.length);
    const value = significant(signature);
    if (value.length > padded.length) return false;
    padded.set(value, padded.length - value.length);
    return await verified(() => crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]), algorithm, {
      signature: padded,
      data,
    });
  };
}

/** ECDSA (RFC 6605): the key is x | y, the signature r | s. */
function ecdsa(namedCurve: string, hash: string, size: number): Verify {
  const algorithm = { name: "ECDSA", namedCurve, hash };
  return async (key, signature, data) => {
    if (key.length !== size || signature.length !== size) return false;
    const point = concat([Uint8Array.of(4), key]);
    return await verified(() => crypto.subtle.importKey("raw", point, algorithm, false, ["verify"]), algorithm, {
      signature: Uint8Array.from(signature),
      data,
    });
  };
}

/** Ed25519 (RFC 8080). */
async function ed25519(key: Uint8Array, signature: Uint8Array, data: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const algorithm = { name: "Ed25519" };
  if (key.length !== 32 || signature.length !== 64) return false;
  const raw = Uint8Array.from(key);
  return await verified(() => crypto.subtle.importKey("raw", raw, algorithm, false, ["verify"]), algorithm, {
    signature: Uint8Array.from(signature),
    data,
  });
}

/** A key that cannot be imported (a point outside the curve, an even modulus) verifies nothing. */
async function verified(
  imported: () => Promise<CryptoKey>,
  algorithm: AlgorithmIdentifier | EcdsaParams,
  { signature, data }: { readonly signature: Uint8Array<ArrayBuffer>; readonly data: Uint8Array<ArrayBuffer> },
): Promise<boolean> {
  try {
    return await crypto.subtle.verify(algorithm, await imported(), signature, data);
  } catch {
    return false;
  }
}

/** A number without the zeros before it. */
function significant(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  return start < 0 ? new Uint8Array() : bytes.subarray(start);
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
