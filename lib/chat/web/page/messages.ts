import { type CtcpMessage, ctcpReply, readCtcp } from "../../codec/ctcp.ts";
import { arrived } from "./view/log.ts";
import { echoed } from "./outbox.ts";
import { batches } from "./requests.ts";
import { foldName } from "../../codec/names.ts";
import { isMine, type Line, Room, room, rooms, state, wasMine } from "./room.ts";
import { connection } from "./session.ts";
import { isChannel, type ServerMessage } from "./wire.ts";
import { mentions, plain } from "./text.ts";
import { countLine } from "./unread/marks.ts";

/** Milliseconds between two replies to programs. */
const REPLY_GAP_MS = 2000;

/**
 * Returns the label with which a message was sent that this answers (IRCv3 labeled-response), also when the answer is a batch.
 */
export function labelOf({ tags }: ServerMessage): string | undefined {
  return tags.get("label") ?? batches.get(tags.get("batch") ?? "")?.label;
}

/** Takes a PRIVMSG or NOTICE. */
export function said(message: ServerMessage): void {
  const { command, nick, params: [target = "", text = ""], tags, time } = message;
  const batch = batches.get(tags.get("batch") ?? "");
  const searched = batch?.type === "soju.im/search";
  const past = searched || batch?.type === "chathistory" ? batch?.lines : undefined;
  const own = isMine(nick) || (past !== undefined && wasMine(nick));
  const name = isChannel(target) || own ? target : nick;
  // A search does not open conversations.
  const where = searched ? rooms.get(foldName(name)) ?? new Room(name) : room(name);
  if (own && !past) echoed(where, text, labelOf(message));
  const request = readCtcp(text);
  if (request && request.command !== "ACTION") {
    if (!past && !own) reply(where, message, text, request);
    return;
  }
  const kind = request ? "action" : command === "NOTICE" ? "notice" : "message";
  const shown = request ? request.argument : text;
  const forMe = !own && kind !== "notice" && mentions(plain(shown), state.me);
  const line: Line = {
    kind,
    nick,
    time,
    own,
    id: tags.get("msgid"),
    reply: tags.get("+draft/reply"),
    target: name,
    said: text,
    text: shown,
    forMe,
  };
  if (past) past.push(line);
  else if (where.held) where.hold(line);
  else add(where, line);
}

function add(where: Room, line: Line): void {
  const reading = where === state.current && !state.following;
  if (where.live && !where.append(line, reading)) return;
  countLine(where, line);
  arrived(where);
}

let replied = 0;

/** Shows a CTCP message, and answers a query that the codec knows, at most one in {@link REPLY_GAP_MS}. */
function reply(where: Room, { command, nick, time }: ServerMessage, text: string, request: CtcpMessage): void {
  const argument = plain(request.argument);
  const verb = command === "NOTICE" ? "answers" : "asks for";
  note(where, `${nick} ${verb} ${plain(request.command)}${argument ? ` ${argument}` : ""}`, time);
  const answer = ctcpReply(text, "Toucan chat, in a browser");
  if (command === "NOTICE" || !answer || Date.now() - replied < REPLY_GAP_MS) return;
  replied = Date.now();
  connection.send("NOTICE", nick, answer);
}

/** Adds a note of the page to a room; one of the server has an id. */
export function note(where: Room, text: string, time: Date = new Date(), bad = false, id?: string): void {
  const line: Line = { kind: "note", text, time, bad, id };
  if (where.held) return where.hold(line);
  if (where.live && !where.append(line, where === state.current && !state.following)) return;
  arrived(where);
}
