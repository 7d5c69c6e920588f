import { exceeds, MAX_LINE_BYTES, utf8Length } from "../codec/message.ts";

/** Limit of a topic, reason or away message, in bytes. */
export const MAX_TEXT_BYTES = 300;

/** Truncates text to a number of bytes, at the end of a character. */
export function cutText(text: string, limit: number = MAX_TEXT_BYTES): string {
  let cut = text.slice(0, limit);
  while (utf8Length(cut) > limit) cut = cut.slice(0, -1);
  return cut.replace(/[\ud800-\udbff]$/, "");
}

/** Truncates a line to the limit of a message (RFC 1459, section 2.3). */
export function cutLine(line: string): string {
  return exceeds(line, MAX_LINE_BYTES - 2) ? cutText(line, MAX_LINE_BYTES - 2) : line;
}

/** Limit of a client's parameter that a reply repeats. */
const MAX_REPEATED_BYTES = 200;
// A parameter that is not the last must not contain spaces or control characters, nor begin with a colon.
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const UNREPEATABLE = /^:|[\s\x00-\x1f\x7f]/g;

/** Returns text of a client as a parameter of a reply; an asterisk for none. */
export function printable(text: string): string {
  return cutText(text.replace(UNREPEATABLE, "?"), MAX_REPEATED_BYTES) || "*";
}

/** Joins words into texts of at most `limit` bytes, unless a single word is longer. */
export function wrapWords(words: Iterable<string>, limit: number): string[] {
  const texts: string[] = [];
  let text: string | undefined;
  let room = limit;
  for (const word of words) {
    const length = utf8Length(word);
    if (text !== undefined && length < room) {
      text += ` ${word}`;
      room -= length + 1;
    } else {
      if (text !== undefined) texts.push(text);
      text = word;
      room = limit - length;
    }
  }
  return text === undefined ? texts : [...texts, text];
}
