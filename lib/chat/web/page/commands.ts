import { foldName } from "../../codec/names.ts";
import { follow } from "./view/log.ts";
import { say } from "./outbox.ts";
import { room, rooms, state } from "./room.ts";
import { note } from "./messages.ts";
import { connection, join, keep, store } from "./session.ts";
import { forget, show } from "./view/show.ts";
import { panels } from "./view/sidebars.ts";
import { isChannel } from "./wire.ts";
import { forgetKept } from "./kept/forget.ts";

const HELP = "/join #CHANNEL [KEY], /part, /msg NICK TEXT, /me TEXT, /nick NICK, /topic TEXT, /names, /quit; " +
  "Tab completes a nick, Alt with ↑ and ↓ changes the channel";

/** Joins the channel that words name, with a key when they have one. */
export function joinNamed([name, key]: readonly string[]): void {
  if (!name) return;
  const where = room(isChannel(name) ? name : `#${name}`);
  if (where.inside) return show(where);
  where.key = key ?? where.key;
  where.opened = where.wanted = true;
  if (connection.up) join(where);
  show(where);
}

const COMMANDS = new Map<string, (words: readonly string[], rest: string) => void>(Object.entries({
  join: joinNamed,
  part([name]: readonly string[]) {
    const where = name ? rooms.get(foldName(name)) : state.current;
    if (!where) return;
    if (where.inside) return connection.send("PART", where.name);
    where.wanted = false;
    forget(where);
  },
  msg([nick = ""]: readonly string[], rest: string) {
    const text = rest.slice(nick.length).trim();
    if (!nick || !text) return;
    const where = room(nick);
    show(where);
    say(where, text);
    follow();
  },
  me(_: readonly string[], rest: string) {
    if (!state.current || !rest) return;
    say(state.current, rest, true);
    follow();
  },
  nick([nick]: readonly string[]) {
    if (nick) connection.send("NICK", nick);
  },
  topic(_: readonly string[], rest: string) {
    if (state.current) connection.send("TOPIC", ...[state.current.name, rest].filter((part) => part !== ""));
  },
  names() {
    panels("members");
  },
  quit(_: readonly string[], rest: string) {
    store(undefined);
    keep("pass", undefined);
    forgetKept();
    connection.close("QUIT", rest);
    location.reload();
  },
  help() {
    if (state.current) note(state.current, HELP);
  },
}));

/** Does what was typed: a command, or a text that is said. */
export function typed(text: string): void {
  const { current } = state;
  const [, word, rest = ""] = /^\/(\w+)\s*(.*)$/s.exec(text) ?? [];
  if (word === undefined) {
    if (!current) return;
    say(current, text.replace(/^\/\//, "/"));
    return follow();
  }
  const known = COMMANDS.get(word.toLowerCase());
  if (known) known(rest.split(/\s+/).filter((part) => part !== ""), rest);
  else if (current) note(current, `Unknown command /${word}; /help lists the commands`, undefined, true);
}
