import { readAction } from "../../codec/ctcp.ts";
import { stripFormatting } from "../../codec/formatting.ts";
import { ircLine } from "../../codec/message.ts";
import { nickOf } from "../../codec/names.ts";

/** Part of a message: a line, or the continuation of the line before it (IRCv3 multiline, `concat`). */
export interface MessagePart {
  /** Text. */
  readonly text: string;
  /** Whether it continues the line before it. */
  readonly continues: boolean;
}

/** Fields of a stored message. */
export interface StoredMessage {
  /** Source: `nick!user@host`. */
  readonly source: string;
  /** Nickname of the source. */
  readonly nick: string;
  /** Command: PRIVMSG, NOTICE, JOIN. */
  readonly command: string;
  /** First parameter. */
  readonly target: string;
  /** Line up to its text: `:ann!a@host PRIVMSG #lobby :`. */
  readonly head: string;
  /** Text as it was sent, without the separators of its parts. */
  readonly parts: readonly MessagePart[];
}

// Neither can occur in a message: they separate the parts of a multiline message.
const [BREAK, CONTINUATION] = ["\n", "\r"];

/** Joins the parts of a message into the text of one line, to be stored. */
export function joinParts(parts: readonly MessagePart[]): string {
  return parts.map(({ text, continues }, i) => (i === 0 ? "" : continues ? CONTINUATION : BREAK) + text).join("");
}

/** Encodes a message as a line to be stored; only its last parameter may have several parts. */
export function storedLine(source: string, command: string, params: readonly string[]): string {
  const text = params.at(-1) ?? "";
  if (!hasParts(text)) return ircLine(source, command, ...params);
  return ircLine(source, command, ...params.slice(0, -1), "") + text;
}

/** Returns whether a text or line has several parts. */
export function hasParts(text: string): boolean {
  return text.includes(BREAK) || text.includes(CONTINUATION);
}

/** Parses the line of a history entry; undefined for anything else than a message with a source. */
export function readStored(line: string): StoredMessage | undefined {
  const [, source, command, target = "", rest = ""] = /^:(\S+) ([A-Z]+)(?: :?(\S*)(?: (.*))?)?$/s.exec(line) ?? [];
  if (source === undefined || command === undefined) return undefined;
  const text = rest.startsWith(":") ? rest.slice(1) : rest;
  const parts: MessagePart[] = [];
  let continues = false;
  for (const piece of text.split(/([\n\r])/)) {
    if (piece === BREAK || piece === CONTINUATION) continues = piece === CONTINUATION;
    else parts.push({ text: piece, continues });
  }
  return { source, nick: nickOf(source), command, target, head: line.slice(0, line.length - text.length), parts };
}

/** Returns the text of a stored message for readers: its lines separated by LF, without IRC formatting. */
export function textOfParts(parts: readonly MessagePart[]): string {
  const whole = parts.map(({ text, continues }, i) => (i === 0 || continues ? "" : "\n") + text).join("");
  return stripFormatting(readAction(whole) ?? whole);
}
