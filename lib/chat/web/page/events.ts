import { note } from "./messages.ts";
import { batches } from "./requests.ts";
import type { Room } from "./room.ts";
import { plain } from "./text.ts";
import type { ServerMessage } from "./wire.ts";

/** Texts of what happens in channels, by command. */
const TEXTS = new Map<string, (message: ServerMessage) => string>(Object.entries({
  JOIN: ({ nick }: ServerMessage) => `${nick} has joined`,
  PART: ({ nick, params: [, reason] }: ServerMessage) => `${nick} has left${because(reason)}`,
  KICK: ({ nick, params: [, who, reason] }: ServerMessage) => `${who} was kicked by ${nick}${because(reason)}`,
  QUIT: ({ nick, params: [reason] }: ServerMessage) => `${nick} has quit${because(reason)}`,
  NICK: ({ nick, params: [to] }: ServerMessage) => `${nick} is now ${to}`,
  TOPIC: ({ nick, params: [, topic = ""] }: ServerMessage) =>
    nick + (topic ? ` sets the topic: ${plain(topic)}` : " removes the topic"),
  MODE: ({ nick, params: [, ...modes] }: ServerMessage) => `${nick} sets ${modes.join(" ")}`,
}));

function because(reason: string | undefined): string {
  return reason ? ` (${plain(reason)})` : "";
}

/** Shows what has happened in a room now. */
export function happened(where: Room, message: ServerMessage, bad = false): void {
  const { command, tags, time } = message;
  const text = TEXTS.get(command)?.(message);
  if (text !== undefined) note(where, text, time, bad, tags.get("msgid"));
}

/** Takes what has happened in the past (IRCv3 event-playback): it changes nothing but what is shown. Returns whether it is that. */
export function happenedBefore(message: ServerMessage): boolean {
  const { command, tags, time } = message;
  const batch = batches.get(tags.get("batch") ?? "");
  const text = batch?.type === "chathistory" ? TEXTS.get(command)?.(message) : undefined;
  if (text === undefined) return false;
  batch?.lines.push({ kind: "note", text, time, id: tags.get("msgid") });
  return true;
}
