import { foldName } from "../../../codec/names.ts";
import { redrawLine } from "../view/log.ts";
import { type Room, rooms, state } from "../room.ts";
import { plain } from "../text.ts";
import { isChannel, type ServerMessage } from "../wire.ts";

/** Maximum number of different reactions to a message, of users for each, and of UTF-16 units of one. */
const MAX_REACTIONS = 20;
const MAX_USERS = 500;
const MAX_REACTION_LENGTH = 24;

/** Takes a TAGMSG: a reaction to a message (IRCv3 react, reply). */
export function reacted({ nick, params: [target = ""], tags }: ServerMessage): void {
  const id = tags.get("+draft/reply");
  const reaction = plain(tags.get("+draft/react") ?? "").slice(0, MAX_REACTION_LENGTH).toWellFormed().trim();
  if (id === undefined || reaction === "") return;
  const where = rooms.get(foldName(isChannel(target) || nick === state.me ? target : nick));
  const line = where?.line(id);
  if (!where || !line) return;
  line.reactions ??= new Map();
  const users = line.reactions.get(reaction) ?? new Set();
  if ((users.size === 0 && line.reactions.size >= MAX_REACTIONS) || users.size >= MAX_USERS) return;
  users.add(nick);
  line.reactions.set(reaction, users);
  redrawLine(where, line);
}

/** Takes a REDACT (IRCv3 message-redaction). */
export function redacted({ nick, params: [target = "", id = ""] }: ServerMessage): void {
  const where: Room | undefined = rooms.get(foldName(isChannel(target) || nick === state.me ? target : nick));
  const line = where?.line(id);
  if (!where || !line) return;
  line.deleted = true;
  line.text = nick === line.nick ? "(deleted)" : `(deleted by ${nick})`;
  line.said = "";
  line.reactions = undefined;
  redrawLine(where, line);
}
