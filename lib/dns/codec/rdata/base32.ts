import { malformed } from "../reader.ts";
import type { Kind } from "./kind.ts";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

/** A hash of NSEC3 with its length before it, in base32 with the extended hex alphabet, without padding (RFC 5155 §3.3). */
export const hash: Kind = {
  read: (reader) => {
    const bytes = reader.string();
    if (bytes.length === 0) throw malformed("a hash is empty");
    const text = base32(bytes);
    return [text, text];
  },
  parse: (words, out, what) => {
    const word = words.plain(what);
    const bytes = fromBase32(word);
    if (!bytes || bytes.length === 0 || bytes.length > 255) {
      throw words.invalid(`${what} "${word}": base32 with digits 0-9 and A-V is required`);
    }
    out.u8(bytes.length);
    out.put(bytes);
  },
  text: String,
};

/** Formats bytes in base32 with the extended hex alphabet (RFC 4648 §7), without padding. */
export function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = held << 8 | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += DIGITS[held >> (bits - 5) & 31];
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + DIGITS[held << (5 - bits) & 31] : text;
}

/** Parses base32 with the extended hex alphabet in any case; undefined if the text is invalid. */
export function fromBase32(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length * 5 >> 3);
  let at = 0;
  let bits = 0;
  let held = 0;
  for (const char of text.toUpperCase()) {
    const digit = DIGITS.indexOf(char);
    if (digit < 0) return undefined;
    held = held << 5 | digit;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = held >> bits;
    held &= (1 << bits) - 1;
  }
  // The bits that fill the last digit are zero.
  return held === 0 && bits < 5 ? bytes : undefined;
}
