import type { ToucanError } from "../../core/mod.ts";
import { writeAction } from "../codec/ctcp.ts";
import { utf8Length } from "../codec/message.ts";
import type { ChatMessage } from "./events.ts";

/** Line as it is sent. */
export interface OutgoingPart {
  /** Text. */
  readonly text: string;
  /** Whether it continues the line before it. */
  readonly continues: boolean;
}

/** Message that the server has not confirmed yet. */
export interface Outgoing {
  /** Recipient: a channel or nickname. */
  readonly target: string;
  /** Text as it is written to the wire, with LF between its lines. */
  readonly text: string;
  /** Its lines. */
  readonly parts: readonly OutgoingPart[];
  /** Command that carries it. */
  readonly command: "PRIVMSG" | "NOTICE";
  /** Called when the server has accepted it. */
  readonly done: () => void;
  /** Called when the server has rejected it, or it will not be sent. */
  readonly failed: (error: ToucanError) => void;
  /** Whether it was sent on the current connection. */
  sent: boolean;
}

/** Encodes the text of a message as it is written to the wire: an action becomes CTCP ACTION. */
export function encodeText(text: string, kind: ChatMessage["kind"]): string {
  return kind === "action" ? writeAction(text) : text;
}

/** Splits text into parts that fit into messages: at line breaks, and between words where a line is too long. */
export function splitText(text: string, room: number): string[] {
  return text.split(/\r\n|[\r\n]/).filter((line) => line !== "").flatMap((line) =>
    cutLine(line.replaceAll("\0", ""), room)
  );
}

/** Splits a line into parts of at most `room` bytes, after a space where there is one. */
export function cutLine(line: string, room: number): string[] {
  const parts: string[] = [];
  let rest = line;
  while (utf8Length(rest) > room) {
    let end = 0;
    let bytes = 0;
    let space = 0;
    for (const char of rest) {
      bytes += utf8Length(char);
      if (bytes > room) break;
      end += char.length;
      if (char === " ") space = end;
    }
    const at = space > end / 2 ? space : Math.max(end, 1);
    parts.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return rest === "" ? parts : [...parts, rest];
}
