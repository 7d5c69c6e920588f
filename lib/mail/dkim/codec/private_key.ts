import { derValue } from "./der.ts";

/** Object identifier of RSA keys with NULL parameters (RFC 3279 §2.3.1), and version 0 before it. */
const PKCS8_RSA_HEAD = Uint8Array.of(2, 1, 0, 0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0);

/**
 * Returns the private key of a PEM text as PKCS#8; a key in the older form of RSA (PKCS#1) is wrapped. Undefined when there is none, or it
 * is encrypted.
 */
export function privateKeyOf(pem: string): Uint8Array<ArrayBuffer> | undefined {
  const [, kind, base64 = ""] = /-----BEGIN ((?:RSA )?PRIVATE KEY)-----([A-Za-z0-9+/=\s]*)-----END \1-----/.exec(pem) ??
    [];
  if (kind === undefined) return undefined;
  try {
    const der = Uint8Array.fromBase64(base64);
    return kind === "PRIVATE KEY" ? der : derValue(0x30, PKCS8_RSA_HEAD, derValue(4, der));
  } catch {
    return undefined;
  }
}
