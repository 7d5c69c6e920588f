import { pem } from "../../lib/core/mod.ts";
import type { TestCertificate } from "./certificates.ts";

/** Sizes in bytes of a private scalar on P-256, and of its public point in the format of WebCrypto. */
const SCALAR_BYTES = 32;

/**
 * Returns the key of a client impostor: the public key of the certificate, so that programs accept it as its key, with
 * another private key, with which they sign. PEM, PKCS#8 (RFC 5915 inside).
 */
export async function mismatchedKey({ keys }: TestCertificate): Promise<string> {
  const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const other = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
  const [own, foreign] = await Promise.all([keys.privateKey, other.privateKey].map(scalarOf));
  if (!own || !foreign) throw new Error("no private key");
  const at = der.findIndex((_, index) => own.every((byte, offset) => der[index + offset] === byte));
  if (at < 0) throw new Error("the private key is not in its PKCS#8 form");
  der.set(foreign, at);
  return pem("PRIVATE KEY", der);
}

async function scalarOf(key: CryptoKey): Promise<Uint8Array> {
  const { d = "" } = await crypto.subtle.exportKey("jwk", key);
  const scalar = Uint8Array.fromBase64(d, { alphabet: "base64url" });
  if (scalar.length !== SCALAR_BYTES) throw new Error("not a key on P-256");
  return scalar;
}
