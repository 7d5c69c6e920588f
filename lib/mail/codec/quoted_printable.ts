const encoder = new TextEncoder();

/**
 * Encodes a text as quoted-printable (RFC 2045 §6.7).
 *
 * @example
 * ```ts
 * import { quotedPrintableEncode } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quotedPrintableEncode("a = ä"), "a =3D =C3=A4");
 * ```
 */
export function quotedPrintableEncode(text: string): string {
  return text.split(/\r\n|\r|\n/).map(encodeLine).join("\r\n");
}

function encodeLine(line: string): string {
  let out = "";
  let length = 0;
  const bytes = encoder.encode(line);
  for (const [i, byte] of bytes.entries()) {
    const space = byte === 32 || byte === 9;
    const plain = (byte > 32 && byte < 127 && byte !== 61) || (space && i < bytes.length - 1);
    const piece = plain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    // A soft line break keeps a line within 76 characters.
    if (length + piece.length > 75) {
      out += "=\r\n";
      length = 0;
    }
    out += piece;
    length += piece.length;
  }
  return out;
}
