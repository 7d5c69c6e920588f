import type { Fields } from "../http/mod.ts";

/** Repr-Digest (RFC 9530) with a SHA-256, as a field of a message. */
export function reprDigest(digest: Uint8Array): Readonly<Record<string, string>> {
  return { "Repr-Digest": `sha-256=:${digest.toBase64()}:` };
}

/** The SHA-256 in the Repr-Digest of a message, in hex; undefined where there is none. */
export function readReprDigest(headers: Fields): string | undefined {
  const base64 = /(?:^|,)[\t ]*sha-256=:([A-Za-z0-9+/]{43}=):/i.exec(headers.get("repr-digest") ?? "")?.[1];
  return base64 === undefined ? undefined : Uint8Array.fromBase64(base64).toHex();
}

/** Whether a request asks for a SHA-256 of the content with the response. */
export function wantsReprDigest(headers: Fields): boolean {
  return /(?:^|,)[\t ]*sha-256=[1-9]/i.test(headers.get("want-repr-digest") ?? "");
}
