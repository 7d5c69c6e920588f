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

/** A message to a program (CTCP). */
export interface CtcpMessage {
  /** Its command, in capitals. */
  readonly command: string;
  /** The text after the command. */
  readonly rest: string;
}

/** The mark around a CTCP message. */
export const CTCP = "\u0001";

/** Parses a message to a program; undefined for one to people. */
export function readCtcp(text: string): CtcpMessage | undefined {
  if (!text.startsWith(CTCP)) return undefined;
  const inner = text.endsWith(CTCP) && text.length > 1 ? text.slice(1, -1) : text.slice(1);
  const [command = ""] = inner.split(" ", 1);
  return { command: command.toUpperCase(), rest: inner.slice(command.length + 1) };
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

/** Matches formatting and its end, colours, other control characters, and marks that change the direction of the text around them. */
export const MARKS =
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  /[\x02\x1d\x1f\x1e\x11\x0f\x16]|\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-f]{6}(?:,[0-9a-f]{6})?)?|[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/gi;

/** Removes from a text what is not for reading. */
export function plain(text: string): string {
  return text.replace(MARKS, "");
}

/** Matches how an address begins that is a link. */
export const LINK_BEGINS = /https?:\/\/|ftp:\/\/|ircs?:\/\//;
