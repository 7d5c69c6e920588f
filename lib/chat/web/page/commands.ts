import { foldName } from "../../codec/names.ts";
import { openSearch } from "./dialogs/search.ts";
import { ownFiles } from "./files/own.ts";
import { whois } from "./menus/whois.ts";
import { follow } from "./view/log.ts";
import { say } from "./outbox.ts";
import { room, rooms, state } from "./room.ts";
import { note } from "./messages.ts";
import { connection, join, keep, store } from "./session.ts";
import { forget, show } from "./view/show.ts";
import { panels } from "./view/sidebars.ts";
import { isChannel } from "./wire.ts";
import { forgetKept } from "./kept/forget.ts";

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

/** A command of the field of messages. */
export interface PageCommand {
  /** Arguments, as the help has them. */
  readonly args: string;
  /** Effect, in a line. */
  readonly does: string;
  /** Runs it. */
  readonly run: (words: readonly string[], rest: string) => void;
}

type Run = PageCommand["run"];

const RUNS: Readonly<Record<string, Run>> = {
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
  search(_: readonly string[], rest: string) {
    openSearch(rest);
  },
  whois([nick = ""]: readonly string[]) {
    const { current } = state;
    if (current && nick) void whois(nick).then((about) => about && note(current, about.text));
  },
  files([link]: readonly string[]) {
    ownFiles(link);
  },
  quit(_: readonly string[], rest: string) {
    store(undefined);
    keep("pass", undefined);
    forgetKept();
    connection.close("QUIT", rest);
    location.reload();
  },
  help() {
    const { current } = state;
    if (!current) return;
    for (const [name, { args, does }] of COMMANDS) note(current, `/${name}${args ? ` ${args}` : ""}: ${does}`);
    note(current, "Tab completes commands, channels and nicks; Alt with ↑ and ↓ changes the channel");
  },
};

const USAGES: readonly (readonly [name: string, args: string, does: string])[] = [
  ["join", "#CHANNEL [KEY]", "join a channel"],
  ["part", "[#CHANNEL]", "leave a channel"],
  ["msg", "NICK TEXT", "send a private message"],
  ["me", "TEXT", "send an action"],
  ["nick", "NICK", "change the nick"],
  ["topic", "[TEXT]", "set the topic"],
  ["names", "", "show the members"],
  ["whois", "NICK", "show facts about a user"],
  ["search", "TEXT", "search the history; from:NICK for a sender"],
  ["files", "[LINK]", "list the files you have shared, or delete one"],
  ["quit", "[TEXT]", "disconnect"],
  ["help", "", "list these commands"],
];

/** Commands by their names. */
export const COMMANDS: ReadonlyMap<string, PageCommand> = new Map(
  USAGES.map(([name, args, does]) => [name, { args, does, run: RUNS[name] ?? (() => {}) }]),
);

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
  if (known) known.run(rest.split(/\s+/).filter((part) => part !== ""), rest);
  else if (current) note(current, `Unknown command /${word}; /help lists the commands`, undefined, true);
}
