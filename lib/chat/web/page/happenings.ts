/** The page's script: what the server says, and what it means for the rooms. */
export const HAPPENINGS = String.raw`
/* Numerics that refuse a JOIN, and those that refuse a message; the name of the target is their second parameter. */
const notJoined = ["403", "405", "407", "437", "471", "473", "474", "475", "476", "477"];
const notSent = ["401", "404", "407", "411", "412", "417"];

function take(message) {
  const { command, params, time } = message;
  if (Object.hasOwn(does, command)) return does[command](message);
  if (!/^[45]\d\d$/.test(command) || command === "422") return;
  const [, target] = params;
  const why = params.at(-1) ?? "";
  if (notSent.includes(command) && unsent(labelOf(message), target, why)) return;
  const where = target === undefined ? undefined : rooms.get(fold(target));
  if (notJoined.includes(command) && where && !where.inside) {
    where.wanted = false;
    note(where, (/^cannot join/i.test(why) ? why : "Cannot join: " + why) + (command === "475" ? " (/join " + where.name + " KEY)" : ""), time, true);
    changed("rooms", where);
    return;
  }
  if (where ?? current) note(where ?? current, params.slice(where ? 2 : 1).join(" "), time, true);
}

/* The label with which a message was sent that this answers (IRCv3 labeled-response), also when the answer is a batch. */
const labelOf = ({ tags }) => tags.get("label") ?? batches.get(tags.get("batch"))?.label;

const does = {
  JOIN({ nick, source, params: [name], time }) {
    const where = room(name);
    if (mine(nick)) {
      userHost = source.split("!")[1] ?? "";
      where.inside = where.wanted = true;
      where.people.clear();
      where.held = [];
      where.listing = new Map();
      ask(where, "LATEST");
      if (!current || where.opened) show(where);
      where.opened = false;
      remember();
    } else {
      where.people.set(nick, "");
      note(where, nick + " has joined", time);
    }
    changed("people", where);
  },
  PART({ nick, params: [name, reason], time }) {
    left(room(name), nick, " has left", reason, time);
    if (mine(nick)) forget(room(name));
  },
  KICK({ nick, params: [name, who, reason], time }) {
    left(room(name), who, " was removed by " + nick, reason, time);
    remember();
  },
  QUIT({ nick, params: [reason], time }) {
    for (const where of rooms.values()) if (where.people.has(nick)) left(where, nick, " has quit", reason, time);
  },
  NICK({ nick, params: [to], time }) {
    if (mine(nick)) {
      called(to);
      connection.who.nick = to;
      remember();
    }
    for (const where of rooms.values()) {
      if (!where.people.has(nick)) continue;
      where.people.set(to, where.people.get(nick));
      where.people.delete(nick);
      note(where, nick + " is now " + to, time);
      changed("people", where);
    }
  },
  TOPIC({ nick, params: [name, topic], time }) {
    const where = room(name);
    where.topic = topic;
    note(where, nick + (topic ? " sets the topic: " + plain(topic) : " removes the topic"), time);
    changed("rooms", where);
  },
  MODE({ nick, params: [name, ...modes], time }) {
    if (!isChannel(name)) return;
    const where = room(name);
    note(where, nick + " sets " + modes.join(" "), time);
    // The list has the new ranks.
    if (!where.listing) {
      where.listing = new Map();
      connection.send("NAMES", name);
    }
  },
  301({ params: [, nick, reason], time }) {
    note(room(nick), nick + " is away: " + plain(reason), time);
  },
  332({ params: [, name, topic] }) {
    room(name).topic = topic;
    changed("rooms", room(name));
  },
  353({ params: [, , name, list] }) {
    const where = room(name);
    where.listing ??= new Map();
    for (const entry of list.split(" ").filter((entry) => entry)) {
      const prefix = /^[@+]*/.exec(entry)[0];
      where.listing.set(entry.slice(prefix.length), prefix.slice(0, 1));
    }
  },
  366({ params: [, name] }) {
    const where = room(name);
    if (where.listing) where.people = where.listing;
    where.listing = null;
    changed("people", where);
  },
  INVITE({ nick, params: [, name], time }) {
    if (current) note(current, nick + " invites you to " + name + ": /join " + name, time);
  },
  BATCH({ tags, params: [reference, type] }) {
    const name = reference.slice(1);
    if (reference.startsWith("+")) return batches.set(name, { type, label: tags.get("label"), lines: [] });
    const batch = batches.get(name);
    batches.delete(name);
    if (batch?.type === "chathistory") answered(batch.lines);
  },
  FAIL(message) {
    const { params, time } = message;
    if (params[0] === "CHATHISTORY") return answered(null);
    if (unsent(labelOf(message), undefined, params.at(-1))) return;
    if (current) note(current, params.at(-1), time, true);
  },
  PRIVMSG: said,
  NOTICE: said,
};

function said(message) {
  const { command, nick, params: [target, text], tags, time } = message;
  const batch = batches.get(tags.get("batch"));
  const past = batch?.type === "chathistory";
  const own = mine(nick) || (past && nicks.has(fold(nick)));
  const where = room(isChannel(target) ? target : own ? target : nick);
  if (own && !past) echoed(where, text, labelOf(message));
  const request = readCtcp(text);
  if (request && request.command !== "ACTION") return past || own ? undefined : reply(where, command, nick, request, time);
  const line = {
    kind: request ? "action" : command === "NOTICE" ? "notice" : "message",
    nick, time, own, id: tags.get("msgid"), said: text, text: request ? request.rest : text,
  };
  line.forMe = !own && line.kind !== "notice" && mentions(plain(line.text), me);
  if (past) return batch.lines.push(line);
  if (where.held) return hold(where, line);
  const reading = where === current && !following;
  if (where.live && !where.append(line, reading)) return;
  if (!own && (where !== current || reading || document.hidden)) {
    if (where.unread++ === 0) line.first = true;
    if (line.forMe || !isChannel(where.name)) where.mentioned = true;
    changed("rooms", where);
  }
  arrived(where);
}

/* Keeps a line until the past is there. */
function hold(where, line) {
  where.held.push(line);
  if (where.held.length > most) where.held.shift();
}

let replied = 0;
/* A question of a program: two kinds are answered, not more than one in two seconds; all are shown. */
function reply(where, command, nick, { command: name, rest }, time) {
  const answer = { VERSION: "VERSION Toucan chat, in a browser", PING: "PING " + rest }[name];
  note(where, nick + (command === "NOTICE" ? " answers " : " asks for ") + name + (rest ? " " + plain(rest) : ""), time);
  if (command === "NOTICE" || !answer || Date.now() - replied < 2000) return;
  replied = Date.now();
  connection.send("NOTICE", nick, ctcp + answer.slice(0, 200) + ctcp);
}

function left(where, nick, how, reason, time) {
  where.people.delete(nick);
  if (mine(nick)) where.inside = where.wanted = false;
  note(where, nick + how + (reason ? " (" + plain(reason) + ")" : ""), time, mine(nick));
  changed("people", where);
}

/* Forgets a room. */
function forget(where) {
  rooms.delete(fold(where.name));
  remember();
  if (where === current) show(rooms.values().next().value ?? null);
  changed("rooms", where);
}

function note(where, text, time, bad) {
  const line = { kind: "note", text, time: time ?? new Date(), bad };
  if (where.held) return hold(where, line);
  if (where.live) where.append(line, where === current && !following);
  arrived(where);
}
`;
