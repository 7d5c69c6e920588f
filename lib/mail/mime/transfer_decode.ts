import { decodeUu } from "./uudecode.ts";

/**
 * Decodes a body by its Content-Transfer-Encoding (RFC 2045 §6): exactly the bytes that were encoded. What is not encoded, or in
 * a way that is not known, is as it stands there.
 */
export function transferDecode(bytes: Uint8Array, encoding: string): Uint8Array {
  if (encoding === "base64") return decodeBase64(bytes);
  if (/^(?:x-)?uu(?:e|encode)$/.test(encoding)) return decodeUu(bytes);
  return encoding === "quoted-printable" ? decodeQuotedPrintable(bytes) : bytes;
}

/** Value of each Base64 character; 64 for the padding, 255 for ignored characters. */
const VALUES = new Uint8Array(256).fill(255);
for (const [value, char] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="].entries()) {
  VALUES[char.charCodeAt(0)] = value;
}

function decodeBase64(bytes: Uint8Array): Uint8Array {
  try {
    // White space is ignored; other characters and padding in the middle are not.
    return Uint8Array.fromBase64(new TextDecoder("latin1").decode(bytes));
  } catch {
    return decodeOddBase64(bytes);
  }
}

/**
 * All other characters are ignored (RFC 2045 §6.8), padding ends a group wherever it stands. Behind it, a line that is not Base64
 * ends the data: what lists and scanners put under a part is not in it.
 */
function decodeOddBase64(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / 4) * 3);
  let size = 0;
  let bits = 0;
  let held = 0;
  let padded = false;
  for (let at = 0; at < bytes.length; at++) {
    const value = VALUES[bytes[at] ?? 0] ?? 255;
    if (padded && bytes[at] === 10 && !isBase64Line(bytes, at + 1)) break;
    if (value === 255) continue;
    if (value === 64) {
      bits = held = 0;
      padded = true;
      continue;
    }
    held = (held << 6 | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[size++] = held >> bits & 0xff;
    }
  }
  return out.subarray(0, size);
}

function isBase64Line(bytes: Uint8Array, from: number): boolean {
  const feed = bytes.indexOf(10, from);
  const line = bytes.subarray(from, feed < 0 ? bytes.length : feed);
  return line.every((byte) => VALUES[byte] !== 255 || byte === 13);
}

function decodeQuotedPrintable(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let size = 0;
  for (let at = 0; at < bytes.length;) {
    const feed = bytes.indexOf(10, at);
    const next = feed < 0 ? bytes.length : feed + 1;
    let end = feed < 0 ? bytes.length : feed;
    if (feed >= 0 && end > at && bytes[end - 1] === 13) end--;
    const lineEnd = end;
    // White space at the end of a line was added on the way (RFC 2045 §6.7, rule 3).
    while (end > at && (bytes[end - 1] === 32 || bytes[end - 1] === 9)) end--;
    const soft = end > at && bytes[end - 1] === 61;
    if (soft) end--;
    for (; at < end; at++) {
      const byte = bytes[at] ?? 0;
      // What only looks like an escape stays (RFC 2045 §6.7).
      const value = byte === 61 && at + 2 < end ? hexPair(bytes[at + 1], bytes[at + 2]) : -1;
      out[size++] = value < 0 ? byte : value;
      if (value >= 0) at += 2;
    }
    if (!soft) {
      for (at = lineEnd; at < next; at++) out[size++] = bytes[at] ?? 0;
    }
    at = next;
  }
  return out.subarray(0, size);
}

function hexPair(high: number | undefined, low: number | undefined): number {
  const [one, other] = [hexDigit(high), hexDigit(low)];
  return one < 0 || other < 0 ? -1 : one * 16 + other;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
