import { foldName } from "../../codec/names.ts";
import { ticketCame } from "./files/upload.ts";
import { answered } from "./history.ts";
import { unsent } from "./outbox.ts";
import { ask, batches } from "./requests.ts";
import { called, isMine, type Room, room, rooms, state } from "./room.ts";
import { labelOf, note, said } from "./messages.ts";
import { connection, remember } from "./session.ts";
import { forget, show } from "./view/show.ts";
import { changed } from "./view/sidebars.ts";
import { isChannel, type ServerMessage } from "./wire.ts";
import { plain } from "./text.ts";
import { keptMarker, markerCame } from "./unread/marks.ts";

/** Numerics that refuse a JOIN, and those that refuse a message; the name of the target is their second parameter. */
const NOT_JOINED = new Set(["403", "405", "407", "437", "471", "473", "474", "475", "476", "477"]);
const NOT_SENT = new Set(["401", "404", "407", "411", "412", "417"]);

/** Takes a message of the server. */
export function take(message: ServerMessage): void {
  const { command, params, time } = message;
  const known = HANDLERS.get(command);
  if (known) return known(message);
  if (!/^[45]\d\d$/.test(command) || command === "422") return;
  const [, target] = params;
  const why = params.at(-1) ?? "";
  if (NOT_SENT.has(command) && unsent(labelOf(message), target, why)) return;
  const where = target === undefined ? undefined : rooms.get(foldName(target));
  if (NOT_JOINED.has(command) && where && !where.inside) {
    where.wanted = false;
    const key = command === "475" ? ` (/join ${where.name} KEY)` : "";
    note(where, (/^cannot join/i.test(why) ? why : `Cannot join: ${why}`) + key, time, true);
    changed("rooms", where);
    return;
  }
  const shown = where ?? state.current;
  if (shown) note(shown, params.slice(where ? 2 : 1).join(" "), time, true);
}

const HANDLERS = new Map<string, (message: ServerMessage) => void>(Object.entries({
  JOIN({ nick, source = "", params: [name = ""], time }: ServerMessage) {
    const where = room(name);
    if (!isMine(nick)) {
      where.people.set(nick, "");
      note(where, `${nick} has joined`, time);
      return changed("people", where);
    }
    state.userHost = source.split("!")[1] ?? "";
    where.inside = where.wanted = true;
    where.people.clear();
    where.held = [];
    where.read ||= keptMarker(where);
    where.listing = new Map();
    ask(where, "LATEST");
    if (!state.current || where.opened) show(where);
    where.opened = false;
    remember();
    changed("people", where);
  },
  PART({ nick, params: [name = "", reason], time }: ServerMessage) {
    left(room(name), nick, " has left", reason, time);
    if (isMine(nick)) forget(room(name));
  },
  KICK({ nick, params: [name = "", who = "", reason], time }: ServerMessage) {
    left(room(name), who, ` was kicked by ${nick}`, reason, time);
    remember();
  },
  QUIT({ nick, params: [reason], time }: ServerMessage) {
    for (const where of rooms.values()) if (where.people.has(nick)) left(where, nick, " has quit", reason, time);
  },
  NICK({ nick, params: [to = ""], time }: ServerMessage) {
    if (isMine(nick)) {
      called(to);
      if (connection.login) connection.login.nick = to;
      remember();
    }
    for (const where of rooms.values()) {
      const prefix = where.people.get(nick);
      if (prefix === undefined) continue;
      where.people.delete(nick);
      where.people.set(to, prefix);
      note(where, `${nick} is now ${to}`, time);
      changed("people", where);
    }
  },
  TOPIC({ nick, params: [name = "", topic = ""], time }: ServerMessage) {
    const where = room(name);
    where.topic = topic;
    note(where, nick + (topic ? ` sets the topic: ${plain(topic)}` : " removes the topic"), time);
    changed("rooms", where);
  },
  MODE({ nick, params: [name = "", ...modes], time }: ServerMessage) {
    if (!isChannel(name)) return;
    const where = room(name);
    note(where, `${nick} sets ${modes.join(" ")}`, time);
    // The list has the new ranks.
    if (where.listing) return;
    where.listing = new Map();
    connection.send("NAMES", name);
  },
  301({ params: [, nick = "", reason = ""], time }: ServerMessage) {
    note(room(nick), `${nick} is away: ${plain(reason)}`, time);
  },
  332({ params: [, name = "", topic = ""] }: ServerMessage) {
    room(name).topic = topic;
    changed("rooms", room(name));
  },
  353({ params: [, , name = "", list = ""] }: ServerMessage) {
    const where = room(name);
    where.listing ??= new Map();
    for (const entry of list.split(" ").filter((entry) => entry !== "")) {
      const [prefix = ""] = /^[@+]*/.exec(entry) ?? [];
      where.listing.set(entry.slice(prefix.length), prefix.slice(0, 1));
    }
  },
  366({ params: [, name = ""] }: ServerMessage) {
    const where = room(name);
    if (where.listing) where.people = where.listing;
    where.listing = undefined;
    changed("people", where);
  },
  INVITE({ nick, params: [, name = ""], time }: ServerMessage) {
    if (state.current) note(state.current, `${nick} invites you to ${name}: /join ${name}`, time);
  },
  BATCH({ tags, params: [reference = "", type = ""] }: ServerMessage) {
    const name = reference.slice(1);
    if (reference.startsWith("+")) return void batches.set(name, { type, label: tags.get("label"), lines: [] });
    const batch = batches.get(name);
    batches.delete(name);
    if (batch?.type === "chathistory") answered(batch.lines);
  },
  FAIL(message: ServerMessage) {
    const { params, time } = message;
    const why = params.at(-1) ?? "";
    if (params[0] === "CHATHISTORY") return answered(undefined);
    if (params[0] === "UPLOAD") return ticketCame(undefined, why);
    if (unsent(labelOf(message), undefined, why)) return;
    if (state.current) note(state.current, why, time, true);
  },
  NOTE({ params: [about, code, ticket] }: ServerMessage) {
    if (about === "UPLOAD" && code === "TICKET") ticketCame(ticket, "");
  },
  MARKREAD({ params: [name = "", mark = ""] }: ServerMessage) {
    const where = rooms.get(foldName(name));
    const time = Date.parse(mark.replace(/^timestamp=/, ""));
    if (where && !Number.isNaN(time)) markerCame(where, time);
  },
  PRIVMSG: said,
  NOTICE: said,
}));

function left(where: Room, nick: string, how: string, reason: string | undefined, time: Date): void {
  where.people.delete(nick);
  if (isMine(nick)) where.inside = where.wanted = false;
  note(where, nick + how + (reason ? ` (${plain(reason)})` : ""), time, isMine(nick));
  changed("people", where);
}
