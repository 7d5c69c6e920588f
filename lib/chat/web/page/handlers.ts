import { foldName } from "../../codec/names.ts";
import { happened, happenedBefore } from "./events.ts";
import { fileCame, fileRefused } from "./files/own.ts";
import { ticketCame } from "./files/upload.ts";
import { drawMe, loggedIn, registered } from "./account/account_dialog.ts";
import { dialogError } from "./dialogs/dialog.ts";
import { searched, searchFailed } from "./dialogs/search.ts";
import { settingsCame } from "./dialogs/settings.ts";
import { reacted, redacted } from "./menus/reactions.ts";
import { told } from "./menus/whois.ts";
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
  if (told(message) || happenedBefore(message)) return;
  const known = HANDLERS.get(command);
  if (known) return known(message);
  if (!/^(?:[45]\d\d|696)$/.test(command) || command === "422") return;
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
  if (dialogError(params.slice(1).join(" "))) return;
  const shown = where ?? state.current;
  if (shown) note(shown, params.slice(where ? 2 : 1).join(" "), time, true);
}

const HANDLERS = new Map<string, (message: ServerMessage) => void>(Object.entries({
  JOIN(message: ServerMessage) {
    const { nick, source = "", params: [name = ""] } = message;
    const where = room(name);
    if (!isMine(nick)) {
      where.people.set(nick, "");
      happened(where, message);
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
  PART(message: ServerMessage) {
    const { nick, params: [name = ""] } = message;
    left(room(name), nick, message);
    if (isMine(nick)) forget(room(name));
  },
  KICK(message: ServerMessage) {
    const { params: [name = "", who = ""] } = message;
    left(room(name), who, message);
    remember();
  },
  QUIT(message: ServerMessage) {
    for (const where of rooms.values()) if (where.people.has(message.nick)) left(where, message.nick, message);
  },
  NICK(message: ServerMessage) {
    const { nick, params: [to = ""] } = message;
    if (isMine(nick)) {
      called(to);
      if (connection.login) connection.login.nick = to;
      drawMe();
      remember();
    }
    for (const where of rooms.values()) {
      const prefix = where.people.get(nick);
      if (prefix === undefined) continue;
      where.people.delete(nick);
      where.people.set(to, prefix);
      happened(where, message);
      changed("people", where);
    }
  },
  TOPIC(message: ServerMessage) {
    const { params: [name = "", topic = ""] } = message;
    const where = room(name);
    where.topic = topic;
    happened(where, message);
    changed("rooms", where);
  },
  MODE(message: ServerMessage) {
    const { params: [name = ""] } = message;
    if (!isChannel(name)) return;
    const where = room(name);
    happened(where, message);
    settingsCame(message);
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
      const [prefix = ""] = /^[~@+]*/.exec(entry) ?? [];
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
    if (batch?.type === "soju.im/search") searched(batch.lines);
  },
  FAIL(message: ServerMessage) {
    const { params, time } = message;
    const why = params.at(-1) ?? "";
    if (params[0] === "CHATHISTORY") return answered(undefined);
    if (params[0] === "SEARCH") return searchFailed(why);
    if (params[0] === "REGISTER") return loggedIn(undefined, why);
    if (params[0] === "UPLOAD" && fileRefused(message)) return;
    if (params[0] === "UPLOAD") return ticketCame(undefined, why);
    if (unsent(labelOf(message), undefined, why) || dialogError(why)) return;
    if (state.current) note(state.current, why, time, true);
  },
  NOTE(message: ServerMessage) {
    const { params: [about, code, ticket] } = message;
    if (about !== "UPLOAD") return;
    if (code === "TICKET") ticketCame(ticket, "");
    else fileCame(message);
  },
  REGISTER: registered,
  324: settingsCame,
  367: settingsCame,
  TAGMSG: reacted,
  REDACT: redacted,
  MARKREAD({ params: [name = "", mark = ""] }: ServerMessage) {
    const where = rooms.get(foldName(name));
    const time = Date.parse(mark.replace(/^timestamp=/, ""));
    if (where && !Number.isNaN(time)) markerCame(where, time);
  },
  PRIVMSG: said,
  NOTICE: said,
}));

function left(where: Room, nick: string, message: ServerMessage): void {
  where.people.delete(nick);
  if (isMine(nick)) where.inside = where.wanted = false;
  happened(where, message, isMine(nick));
  changed("people", where);
}
