import { exceeds, MAX_LINE_BYTES, utf8Length } from "../codec/message.ts";

/** The longest topic, reason or away text, in bytes. */
export const MAX_TEXT_BYTES = 300;

/** Text cut to that, at the end of a character. */
export function cutText(text: string, limit: number = MAX_TEXT_BYTES): string {
  let cut = text.slice(0, limit);
  while (utf8Length(cut) > limit) cut = cut.slice(0, -1);
  return cut.replace(/[\ud800-\udbff]$/, "");
}

/** A line cut to what a line may have (RFC 1459, section 2.3). */
export function cutLine(line: string): string {
  return exceeds(line, MAX_LINE_BYTES - 2) ? cutText(line, MAX_LINE_BYTES - 2) : line;
}

/** The longest word of a client that an answer repeats, in bytes. */
const MAX_REPEATED_BYTES = 200;
// Spaces and control characters cannot stand in a parameter that is not the last, nor a colon at its start.
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const UNREPEATABLE = /^:|[\s\x00-\x1f\x7f]/g;

/** Text of a client as it can stand as a parameter in an answer; an asterisk for none. */
export function printable(text: string): string {
  return cutText(text.replace(UNREPEATABLE, "?"), MAX_REPEATED_BYTES) || "*";
}

/** Words as the texts that they fill, none longer than so many bytes unless one word is. */
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
