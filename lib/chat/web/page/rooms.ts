/** The page's script, second part: what was said where, and who is there. */
export const ROOMS = String.raw`
const most = 3000;

class Room {
  constructor(name) {
    this.name = name;
    this.lines = [];
    this.ids = new Set();
    this.people = new Map();
    this.topic = "";
    this.unread = 0;
    this.inside = false;
    this.more = name.startsWith("#");
    this.held = null;
  }

  /* Adds a line, unless it is there already; true when it is new. */
  add(line, before) {
    if (line.id) {
      if (this.ids.has(line.id)) return false;
      this.ids.add(line.id);
    }
    if (before) this.lines.splice(before.at++, 0, line);
    else this.lines.push(line);
    if (this.lines.length > most) {
      const gone = this.lines.splice(0, this.lines.length - most);
      for (const { id } of gone) this.ids.delete(id);
      this.more = this.name.startsWith("#");
    }
    return true;
  }

  get oldest() { return this.lines.find((line) => line.id); }
  get newest() { return this.lines.findLast((line) => line.id); }
}

const rooms = new Map();
let current = null;
let me = "";

function room(name) {
  const key = fold(name);
  if (!rooms.has(key)) rooms.set(key, new Room(name));
  return rooms.get(key);
}

const mine = (nick) => fold(nick) === fold(me);

/* What was asked for of the past, in the order in which it will be answered. */
let asked = [];
const batches = new Map();

function ask(where, kind, line, count) {
  asked.push({ where, kind, count });
  connection.send("CHATHISTORY", kind, where.name, line ? "msgid=" + line.id : "*", count);
}

function endOfPast(batch) {
  const request = asked.shift();
  if (!request) return;
  const { where, kind, count } = request;
  const lines = batch ? batch.lines : [];
  if (!batch && kind === "AFTER") return ask(where, "LATEST", null, 100);
  if (kind === "BEFORE") {
    const at = { at: 0 };
    for (const line of lines) where.add(line, at);
  } else for (const line of lines) where.add(line);
  if (kind !== "AFTER" && lines.length < count) where.more = false;
  if (kind === "AFTER" && lines.length >= count) return ask(where, "AFTER", where.newest, count);
  if (kind !== "BEFORE") {
    for (const line of where.held ?? []) where.add(line);
    where.held = null;
  }
  if (where === current) kind === "BEFORE" ? drawEarlier() : draw();
}

/* What the server says. */
const does = {
  JOIN({ nick, params, time }) {
    const where = room(params[0]);
    if (mine(nick)) {
      where.inside = true;
      where.people.clear();
      where.held = [];
      where.listing = new Map();
      const newest = where.newest;
      ask(where, newest ? "AFTER" : "LATEST", newest, newest ? 100 : 50);
      if (!current || where.wanted) show(where);
      where.wanted = false;
    } else {
      where.people.set(nick, "");
      note(where, nick + " has joined", time);
    }
  },
  PART({ nick, params, time }) { left(room(params[0]), nick, " has left", params[1], time); },
  KICK({ nick, params, time }) { left(room(params[0]), params[1], " was put out by " + nick, params[2], time); },
  QUIT({ nick, params, time }) {
    for (const where of rooms.values()) if (where.people.has(nick)) left(where, nick, " has gone", params[0], time);
  },
  NICK({ nick, params: [to], time }) {
    if (mine(nick)) me = to;
    for (const where of rooms.values()) {
      if (!where.people.has(nick)) continue;
      where.people.set(to, where.people.get(nick));
      where.people.delete(nick);
      note(where, nick + " is now " + to, time);
    }
  },
  TOPIC({ nick, params, time }) {
    const where = room(params[0]);
    where.topic = params[1];
    note(where, nick + (params[1] ? " sets the topic: " + params[1] : " takes the topic away"), time);
  },
  MODE({ nick, params, time }) {
    if (!params[0].startsWith("#")) return;
    note(room(params[0]), nick + " sets " + params.slice(1).join(" "), time);
    connection.send("NAMES", params[0]);
  },
  332({ params }) { room(params[1]).topic = params[2]; },
  353({ params }) {
    const where = room(params[2]);
    where.listing ??= new Map();
    for (const name of params[3].split(" ").filter((name) => name)) {
      const prefix = /^[@+]*/.exec(name)[0];
      where.listing.set(name.slice(prefix.length), prefix.slice(0, 1));
    }
  },
  366({ params }) {
    const where = room(params[1]);
    if (where.listing) where.people = where.listing;
    where.listing = null;
  },
  INVITE({ nick, params, time }) { if (current) note(current, nick + " invites you to " + params[1], time); },
  BATCH({ params: [reference, type, target] }) {
    const name = reference.slice(1);
    if (reference.startsWith("+")) batches.set(name, { type, target, lines: [] });
    else {
      const batch = batches.get(name);
      batches.delete(name);
      if (batch && batch.type === "chathistory") endOfPast(batch);
    }
  },
  FAIL({ params, time }) {
    if (params[0] === "CHATHISTORY") endOfPast(null);
    else if (current) note(current, params.at(-1), time, true);
  },
  PRIVMSG: said,
  NOTICE: said,
};

function said({ command, nick, params: [target, text], tags, time }) {
  const action = text.startsWith(mark + "ACTION ") ? text.slice(8).replace(mark, "") : null;
  if (!action && text.startsWith(mark)) return;
  const line = { kind: action ? "action" : command === "NOTICE" ? "notice" : "message", nick, time, id: tags.msgid,
    text: action ?? text, own: mine(nick) };
  const batch = batches.get(tags.batch);
  if (batch) return batch.lines.push(line);
  const where = room(target.startsWith("#") ? target : mine(nick) ? target : nick);
  if (where.held) return where.held.push(line);
  if (!where.add(line)) return;
  if (!line.own && (where !== current || document.hidden)) {
    if (where.unread++ === 0) line.first = true;
  }
  if (where === current) drawLine(line);
}

function left(where, nick, how, reason, time) {
  where.people.delete(nick);
  if (mine(nick)) where.inside = false;
  note(where, nick + how + (reason ? " (" + reason + ")" : ""), time);
  if (mine(nick) && how === " has left") {
    rooms.delete(fold(where.name));
    if (where === current) show(rooms.values().next().value ?? null);
  }
}

function note(where, text, time, bad) {
  const line = { kind: "note", text, time: time ?? new Date(), bad };
  where.add(line);
  if (where === current) drawLine(line);
}
`;
