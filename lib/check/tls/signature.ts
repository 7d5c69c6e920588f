import { DER, valuesOf } from "./hello/der.ts";

/** Algorithms of signatures, by the bytes of their object identifiers: RSA and ECDSA (RFC 4055, RFC 5758), Ed25519 (RFC 8410). */
const ALGORITHMS: Readonly<Record<string, readonly [name: string, hash?: string]>> = {
  "2a864886f70d01010b": ["RSASSA-PKCS1-v1_5", "SHA-256"],
  "2a864886f70d01010c": ["RSASSA-PKCS1-v1_5", "SHA-384"],
  "2a864886f70d01010d": ["RSASSA-PKCS1-v1_5", "SHA-512"],
  "2a8648ce3d040302": ["ECDSA", "SHA-256"],
  "2a8648ce3d040303": ["ECDSA", "SHA-384"],
  "2a8648ce3d040304": ["ECDSA", "SHA-512"],
  "2b6570": ["Ed25519"],
};

/** Bytes of a coordinate on a curve. */
const COORDINATE_BYTES: Readonly<Record<string, number>> = { "P-256": 32, "P-384": 48, "P-521": 66 };

/** A signature as certificates and OCSP responses have it. */
export interface Signature {
  /** Signed bytes. */
  readonly signed: Uint8Array<ArrayBuffer>;
  /** Object identifier of its algorithm, as hexadecimal text. */
  readonly algorithm: string;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** Verifies a signature with the key of a certificate (DER); undefined if the algorithm is not supported here. */
export async function isSignedBy(
  { signed, algorithm, signature }: Signature,
  certificate: Uint8Array<ArrayBuffer>,
): Promise<boolean | undefined> {
  const [name, hash] = ALGORITHMS[algorithm] ?? [];
  if (name === undefined) return undefined;
  try {
    const { X509Certificate } = await import("../../deps/x509.ts");
    const { publicKey } = new X509Certificate(certificate);
    const { algorithm: of } = publicKey;
    const curve = "namedCurve" in of ? String(of.namedCurve) : undefined;
    // A key of another kind cannot have made the signature.
    if ((curve !== undefined) !== (name === "ECDSA")) return false;
    const size = COORDINATE_BYTES[curve ?? ""];
    const raw = name === "ECDSA" ? size && pointOf(signature, size) : signature;
    if (!raw) return false;
    const spki = publicKey.rawData;
    const parameters = { name, ...(hash && { hash }), ...(curve && { namedCurve: curve }) };
    const key = await crypto.subtle.importKey("spki", spki, parameters, false, ["verify"]);
    return await crypto.subtle.verify(parameters, key, raw, signed);
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotSupportedError") return undefined;
    return false;
  }
}

/** Returns both numbers of an ECDSA signature (RFC 3279 §2.2.3) in the form of WebCrypto. */
function pointOf(signature: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> | undefined {
  const numbers = valuesOf(valuesOf(signature)[0]?.body).filter(({ tag }) => tag === DER.integer);
  const point = new Uint8Array(2 * size);
  if (numbers.length !== 2) return undefined;
  for (const [index, { body }] of numbers.entries()) {
    const digits = body.slice(body.findIndex((byte) => byte !== 0));
    if (digits.length > size) return undefined;
    point.set(digits, (index + 1) * size - digits.length);
  }
  return point;
}
