import type { Fields } from "../../http/mod.ts";
import { Refusal } from "../server/answer.ts";

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

/**
 * Compares the SHA-256 of received content with the one in the head of its request (RFC 9530), where there is one.
 *
 * @throws {Refusal} 400 when they differ.
 */
export function checkDigest(headers: Fields, digest: Uint8Array): void {
  const said = `${headers.get("repr-digest") ?? ""},${headers.get("content-digest") ?? ""}`;
  for (const [, base64] of said.matchAll(/(?:^|[\t ,])sha-256=:([A-Za-z0-9+/=]+):/g)) {
    if (base64 !== digest.toBase64()) throw new Refusal(400, "SHA-256 mismatch between content and Repr-Digest");
  }
}
