import { HARMFUL_CODE_UNITS } from "../../core/harmful.ts";
import { readAction, showCtcp } from "../codec/ctcp.ts";
import { ircLine, MAX_LINE_BYTES, parseIrcMessage, utf8Length } from "../codec/message.ts";
import { foldName } from "../codec/names.ts";
import { splitText } from "../client/outgoing_message.ts";
import type { HistoryEntry, NewHistoryEntry } from "../history/history.ts";
import { joinParts, readStored, textOfParts } from "../history/codec/stored_text.ts";
import { accountsOfTalk } from "../history/codec/talk_key.ts";

/** Line of a conversation in the past, as an archive has it. Its texts come from peers. */
export interface PastLine {
  /** Kind: a message, or an event of a channel. */
  readonly event: "message" | "notice" | "action" | "join" | "part" | "quit" | "kick" | "nick" | "topic" | "mode";
  /** Time in milliseconds since 1970. */
  readonly time: number;
  /** Nickname of the user: the sender, who has joined or left, or the old nickname. */
  readonly nick: string;
  /** Text of a message or topic, reason, new nickname, or change of modes; empty for none. */
  readonly text: string;
  /** Nickname of the operator of a kick. */
  readonly by?: string;
}

/** Host of the users of an imported log, which no client has. */
export const IMPORTED_HOST = "imported";

const EVENTS = { JOIN: "join", PART: "part", QUIT: "quit", NICK: "nick", TOPIC: "topic", MODE: "mode" } as const;

/** Returns the line of a history entry; undefined for what an archive does not show, such as reactions. */
export function pastLineOf({ line, time }: HistoryEntry): PastLine | undefined {
  const stored = readStored(line);
  if (!stored) return undefined;
  const { nick, command, parts, target } = stored;
  if (command === "PRIVMSG" || command === "NOTICE") {
    const text = textOfParts(parts);
    const action = readAction(parts[0]?.text ?? "") !== undefined;
    return {
      event: action ? "action" : command === "NOTICE" ? "notice" : "message",
      ...{ time, nick, text: showCtcp(text) },
    };
  }
  const message = parseIrcMessage(line);
  if (typeof message === "string") return undefined;
  const [, second = "", third = ""] = message.params;
  if (command === "KICK") return { event: "kick", time, nick: second, text: third, by: nick };
  const event = Object.entries(EVENTS).find(([name]) => name === command)?.[1];
  if (event === undefined) return undefined;
  const text = {
    ...{ join: "", part: second, topic: second, mode: message.params.slice(1).join(" ") },
    ...{ quit: message.params[0] ?? "", nick: target },
  }[event];
  return { event, time, nick, text };
}

/**
 * Returns a line as a history entry of a channel, without its id; undefined when it cannot be written as a message. The
 * users get the host `imported`.
 */
export function entryOf(
  channel: string,
  { event, time, nick, text, by }: PastLine,
): Omit<NewHistoryEntry, "id"> | undefined {
  if (!isName(nick) || (by !== undefined && !isName(by))) return undefined;
  const source = `${by ?? nick}!${userOf(by ?? nick)}@${IMPORTED_HOST}`;
  const key = foldName(channel);
  const entry = (line: string, event: boolean) => ({ time, channel: key, line, tags: "", event });
  switch (event) {
    case "message":
    case "notice":
    case "action": {
      const command = event === "notice" ? "NOTICE" : "PRIVMSG";
      const head = ircLine(source, command, channel, "");
      const parts = splitText(text, MAX_LINE_BYTES - 2 - utf8Length(head) - "\x01ACTION \x01".length);
      if (parts.length === 0) return undefined;
      const whole = event === "action"
        ? `\x01ACTION ${parts[0]}\x01`
        : joinParts(parts.map((part, i) => ({ text: part, continues: i > 0 })));
      return entry(head + whole, false);
    }
    case "join":
      return entry(ircLine(source, "JOIN", channel, "*", nick), true);
    case "part":
      return entry(ircLine(source, "PART", channel, text), true);
    case "quit":
      return entry(ircLine(source, "QUIT", text), true);
    case "kick":
      return entry(ircLine(source, "KICK", channel, nick, text), true);
    case "nick":
      return isName(text) ? entry(ircLine(source, "NICK", text), true) : undefined;
    case "topic":
      return entry(ircLine(source, "TOPIC", channel, text), true);
    case "mode":
      return entry(ircLine(source, "MODE", channel, ...text.split(/ +/).map((word) => word.replace(/^:+/, ""))), true);
  }
}

/** Returns whether a name of a log can stand in a message: without separators, and harmless for a terminal. */
function isName(name: string): boolean {
  return /^[^\s!@:,*?#]{1,64}$/u.test(name) && name.search(HARMFUL_CODE_UNITS) < 0;
}

function userOf(nick: string): string {
  return nick.replace(/[^A-Za-z0-9._-]/g, "").slice(0, 16) || "user";
}

/** Title of a conversation: the channel, or the accounts of a private one. */
export function titleOf(key: string): string {
  return accountsOfTalk(key)?.join(" and ") ?? key;
}
