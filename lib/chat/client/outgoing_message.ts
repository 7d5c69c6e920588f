import type { ToucanError } from "../../core/mod.ts";
import { writeAction } from "../codec/ctcp.ts";
import { utf8Length } from "../codec/message.ts";
import type { ChatMessage } from "./events.ts";

/** A message of ours that the server has not shown us yet. */
export interface Outgoing {
  /** Whom it is for. */
  readonly target: string;
  /** What goes out. */
  readonly text: string;
  /** How it is said. */
  readonly command: "PRIVMSG" | "NOTICE";
  /** Called when the server has taken it. */
  readonly done: () => void;
  /** Called when the server has refused it, or it will not be sent. */
  readonly failed: (error: ToucanError) => void;
  /** Whether it was sent on the connection that is up now. */
  sent: boolean;
}

/** The text of a message with its kind, as it crosses the wire: an action is CTCP. */
export function encodeText(text: string, kind: ChatMessage["kind"]): string {
  return kind === "action" ? writeAction(text) : text;
}

/** Text as the splitText that fit into messages: a line each, cut between words where it is too long. */
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
