import type { ToucanError } from "../../core/mod.ts";
import { writeAction } from "../codec/ctcp.ts";
import { utf8Length } from "../codec/message.ts";
import type { ChatMessage } from "./events.ts";

/** Message that the server has not confirmed yet. */
export interface Outgoing {
  /** Recipient: a channel or nickname. */
  readonly target: string;
  /** Text as it is written to the wire. */
  readonly text: string;
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
    cut(line.replaceAll("\0", ""), room)
  );
}

function cut(line: string, room: number): string[] {
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
