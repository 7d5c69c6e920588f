const encoder = new TextEncoder();
/** Bytes of text in one word: few enough that the first one stands in the line of its field (`Subject: `), of 76 characters. */
const LIMIT = 39;

/**
 * Whether a reader of a header field would decode part of this text as an encoded word (RFC 2047 §2), and show another
 * text, possibly with a line end.
 */
export function looksEncoded(text: string): boolean {
  return /=\?[^\s?]+\?[bq]\?[^\s?]*\?=/i.test(text);
}

/** A text as encoded words of UTF-8 in Base64 (RFC 2047 §4.1), between which a line may be folded. */
export function encodedWords(text: string): string {
  const words: string[] = [];
  let word = "";
  let size = 0;
  for (const char of text) {
    const length = encoder.encode(char).length;
    if (size + length > LIMIT) {
      words.push(word);
      word = "";
      size = 0;
    }
    word += char;
    size += length;
  }
  if (word !== "") words.push(word);
  return words.map((one) => `=?UTF-8?B?${encoder.encode(one).toBase64()}?=`).join(" ");
}
