import { printable } from "../../text.ts";
import type { Session } from "../../client/session.ts";
import type { ChatCommand, ChatCommands } from "../command.ts";

/** Syntax of the commands, for HELP. */
const SYNTAX: Readonly<Record<string, string>> = {
  ADMIN: "[<server>]",
  AUTHENTICATE: "<mechanism or message>",
  AUDIT: "[<count>]",
  AWAY: "[<text>]",
  CAP: "<subcommand> [<parameters>]",
  CHATHISTORY: "<subcommand> <channel> <reference> [<reference>] <limit>",
  HELP: "[<command>]",
  INFO: "[<server>]",
  INVITATION: "ADD [<duration>] [ONCE] | DEL <id> | LIST",
  INVITE: "[<nickname> <channel>]",
  ISON: "<nickname>{ <nickname>}",
  JOIN: "<channel>{,<channel>} [<key>{,<key>}]",
  KICK: "<channel>{,<channel>} <nickname>{,<nickname>} [<comment>]",
  KILL: "<nickname> <comment>",
  LINKS: "[<mask>]",
  LIST: "[<channel or condition>{,<channel or condition>}]",
  LUSERS: "[<mask> [<server>]]",
  MARKREAD: "<target> [timestamp=<time>]",
  MODE: "<target> [<modes> [<parameters>]]",
  MONITOR: "+|-|C|L|S [<nickname>{,<nickname>}]",
  MOTD: "[<server>]",
  NAMES: "[<channel>{,<channel>}]",
  NICK: "<nickname>",
  NICKSERV: "<command> [<parameters>]",
  NOTICE: "<target>{,<target>} <text>",
  OPER: "<name> <password>",
  PART: "<channel>{,<channel>} [<reason>]",
  PASS: "<password>",
  PERSISTENCE: "GET | SET ON|OFF|DEFAULT",
  PING: "<token>",
  PONG: "<token>",
  PRIVMSG: "<target>{,<target>} <text>",
  QUIT: "[<reason>]",
  REDACT: "<target> <msgid> [<reason>]",
  REGISTER: "<account> <e-mail or *> <password>",
  SEARCH: "<attributes>",
  SETNAME: "<realname>",
  STATS: "<query> [<server>]",
  TAGMSG: "<target>{,<target>}",
  TIME: "[<server>]",
  TOPIC: "<channel> [<topic>]",
  UBAN: "ADD <target> [DURATION <duration>] [<reason>] | DEL <target> | LIST",
  UPLOAD: "[LIST | DELETE <link>]",
  USER: "<username> 0 * <realname>",
  USERHOST: "<nickname>{ <nickname>}",
  VERSION: "[<server>]",
  WALLOPS: "<text>",
  WHO: "<mask> [<flags and fields>]",
  WHOIS: "[<server>] <nickname>{,<nickname>}",
  WHOWAS: "<nickname>{,<nickname>} [<count>]",
};

/** Commands per line. */
const ROW = 8;

function help(session: Session, subject: string): void {
  const command = subject.toUpperCase();
  // A subject that is invalid as a parameter is not repeated (modern IRC, ERR_HELPNOTFOUND).
  const shown = /^:|\s/.test(subject) ? "*" : printable(subject);
  const syntax = Object.hasOwn(SYNTAX, command) ? SYNTAX[command] : undefined;
  if (subject !== "" && syntax === undefined) {
    return session.reply("ERR_HELPNOTFOUND", shown, "No help available on this topic");
  }
  const send = (name: "RPL_HELPSTART" | "RPL_HELPTXT" | "RPL_ENDOFHELP", text: string) =>
    session.reply(name, shown, text);
  if (syntax !== undefined) {
    send("RPL_HELPSTART", command);
    send("RPL_HELPTXT", `Usage: ${command} ${syntax}`.trimEnd());
  } else {
    send("RPL_HELPSTART", "Available commands");
    const names = Object.keys(SYNTAX);
    for (let i = 0; i < names.length; i += ROW) send("RPL_HELPTXT", names.slice(i, i + ROW).join(" "));
  }
  send("RPL_ENDOFHELP", "End of /HELP");
}

const HELP_COMMAND: ChatCommand = { run: (_, session, { params: [subject = ""] }) => help(session, subject) };

/** Help on commands. */
export const HELP: ChatCommands = { HELP: HELP_COMMAND, HELPOP: HELP_COMMAND };
