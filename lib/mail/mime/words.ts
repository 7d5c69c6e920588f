import { concat } from "../../deps/std/bytes.ts";
import { decodeCharset } from "./charset.ts";
import { transferDecode } from "./transfer_decode.ts";

/**
 * An encoded word (RFC 2047 §2, with the language of RFC 2231 §5). A question mark in its text, which programs forget to encode, does not
 * end it; the beginning of another one does.
 */
const WORD = /=\?([^\s?*]{1,40})(?:\*[^\s?]{0,40})?\?([bq])\?((?:[^?=]|\?(?!=)|=(?!\?[^=]))*)\?=/gi;

/**
 * Reads the encoded words of a text (RFC 2047). White space between two of them is not part of the text, and bytes that were cut
 * within a character are joined before they are decoded: programs cut them so, although it is not allowed.
 *
 * @example
 * ```ts
 * import { readWords } from "./words.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(readWords("=?utf-8?b?4pg=?= =?utf-8?b?ow==?= waste"), "☣ waste");
 * ```
 */
export function readWords(text: string): string {
  return replaceWords(text, (decoded) => decoded);
}

/** Writes each run of encoded words as one, in UTF-8: for a reader that does not join them. */
export function joinWords(text: string): string {
  return replaceWords(text, (decoded) => `=?utf-8?B?${new TextEncoder().encode(decoded).toBase64()}?=`);
}

function replaceWords(text: string, write: (decoded: string) => string): string {
  if (!text.includes("=?")) return text;
  let out = "";
  let at = 0;
  /** Words that follow each other. */
  let run: { readonly charset: string; readonly bytes: Uint8Array }[] = [];
  const done = () => {
    if (run.length > 0) out += write(decodeRun(run));
    run = [];
  };
  for (const word of text.matchAll(WORD)) {
    const [whole, charset = "", letter = "", content = ""] = word;
    const between = text.slice(at, word.index);
    if (run.length === 0 || !/^[\t ]*$/.test(between)) {
      done();
      out += between;
    }
    run.push({ charset: charset.toLowerCase(), bytes: bytesOf(letter.toLowerCase(), content) });
    at = word.index + whole.length;
  }
  done();
  return out + text.slice(at);
}

function bytesOf(letter: string, content: string): Uint8Array {
  const bytes = new TextEncoder().encode(letter === "q" ? content.replaceAll("_", "=20") : content);
  return transferDecode(bytes, letter === "q" ? "quoted-printable" : "base64");
}

function decodeRun(run: readonly { readonly charset: string; readonly bytes: Uint8Array }[]): string {
  let text = "";
  for (let at = 0; at < run.length;) {
    const { charset = "" } = run[at] ?? {};
    const from = at;
    while (at < run.length && run[at]?.charset === charset) at++;
    text += decodeCharset(concat(run.slice(from, at).map(({ bytes }) => bytes)), charset);
  }
  // A line end in a word would be one in a field.
  return text.replace(/[\r\n\0]+/g, " ");
}
