import { Http2Error } from "./errors.ts";

/**
 * Lengths in bits of the codes of all octets and of the end of the string (RFC 7541, appendix B), as digits of base 36. The codes are canonical: those of
 * one length follow one another in the order of the octets, so that the lengths determine them.
 */
const LENGTHS = [
  "dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca",
  "d67777777777777777777777878djde6f56565666577666567655677777fbeds",
  "kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn",
  "qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq",
  "u",
].join("");

const END = 256;
const MAX_CODE_BITS = 30;
const MIN_CODE_BITS = 5;

/** Of each length: its first code, the number of its codes, and where their octets begin in {@link SYMBOLS}. */
const FIRST_CODES = new Uint32Array(MAX_CODE_BITS + 1);
const COUNTS = new Uint16Array(MAX_CODE_BITS + 1);
const OFFSETS = new Uint16Array(MAX_CODE_BITS + 1);
/** The octets in the order of their codes. */
const SYMBOLS = Uint16Array.from({ length: END + 1 }, (_, symbol) => symbol).sort((a, b) =>
  lengthOf(a) - lengthOf(b) || a - b
);

{
  let code = 0;
  let offset = 0;
  for (const symbol of SYMBOLS) COUNTS[lengthOf(symbol)]++;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    code <<= 1;
    FIRST_CODES[length] = code;
    OFFSETS[length] = offset;
    code += COUNTS[length];
    offset += COUNTS[length];
  }
}

function lengthOf(symbol: number): number {
  return Number.parseInt(LENGTHS[symbol] ?? "", 36);
}

/**
 * Decodes a string in the Huffman code of HPACK (RFC 7541 §5.2); each character is one octet.
 *
 * @throws {Http2Error} `COMPRESSION_ERROR` for an end of string in it, and for padding that is too long or not of ones.
 */
export function decodeHuffman(bytes: Uint8Array): string {
  const octets = new Uint8Array(Math.ceil(bytes.length * 8 / MIN_CODE_BITS));
  let count = 0;
  let code = 0;
  let length = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code << 1 | byte >> bit & 1;
      length++;
      const place = code - FIRST_CODES[length];
      if (place >= 0 && place < COUNTS[length]) {
        const symbol = SYMBOLS[OFFSETS[length] + place];
        if (symbol === END) throw invalidHuffman("it has an end of string in it");
        octets[count++] = symbol;
        code = length = 0;
      } else if (length === MAX_CODE_BITS) throw invalidHuffman("it has an unknown code");
    }
  }
  if (length > 7 || code !== (1 << length) - 1) throw invalidHuffman("its padding is wrong");
  return octetsText(octets, count);
}

function invalidHuffman(why: string): Http2Error {
  return new Http2Error("COMPRESSION_ERROR", `invalid Huffman code: ${why}`);
}

function octetsText(octets: Uint8Array, count: number): string {
  let text = "";
  for (let at = 0; at < count; at++) text += String.fromCharCode(octets[at]);
  return text;
}
