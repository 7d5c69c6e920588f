import { DIRECTION_MARKS } from "../../../core/harmful.ts";
import { FORMATTING } from "../../codec/formatting.ts";
import { utf8Length } from "../../codec/message.ts";
import { foldName } from "../../codec/names.ts";

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Splits a text into what a reader takes for one character: 👩‍👩‍👧 is one. One that is longer than `room` bytes is its code points. */
function characters(text: string, room: number): string[] {
  const whole = Array.from(SEGMENTER.segment(text), ({ segment }) => segment);
  return whole.flatMap((one) => utf8Length(one) > room ? [...one] : [one]);
}

/** Cuts a text into pieces of at most `room` bytes: between words, or at least between characters. */
export function cut(text: string, room: number): string[] {
  if (utf8Length(text) <= room) return text === "" ? [] : [text];
  const pieces: string[] = [];
  let piece = "";
  let size = 0;
  for (const one of characters(text, room)) {
    const more = utf8Length(one);
    if (size + more > room) {
      const space = piece.lastIndexOf(" ") + 1;
      const end = space > piece.length / 2 ? space : piece.length;
      pieces.push(piece.slice(0, end));
      piece = piece.slice(end);
      size = utf8Length(piece);
    }
    piece += one;
    size += more;
  }
  return [...pieces, piece];
}

/** Returns whether a text has the nick as a word. */
export function mentions(text: string, nick: string): boolean {
  const part = /[A-Za-z0-9_\-[\]\\`^{|}]/;
  const all = foldName(text);
  const word = foldName(nick);
  for (let at = all.indexOf(word); word !== "" && at >= 0; at = all.indexOf(word, at + 1)) {
    if (!part.test(all.charAt(at - 1)) && !part.test(all.charAt(at + word.length))) return true;
  }
  return false;
}

/** Matches IRC formatting, other control characters, and marks that change the direction of the text after them. */
export const MARKS = new RegExp(String.raw`${FORMATTING.source}|[\x00-\x1f\x7f-\x9f${DIRECTION_MARKS}]`, "gi");

/** Removes formatting and control characters from a text. */
export function plain(text: string): string {
  return text.replace(MARKS, "");
}

/** Matches how an address begins that is a link. */
export const LINK_BEGINS = /https?:\/\/|ftp:\/\/|ircs?:\/\//;
