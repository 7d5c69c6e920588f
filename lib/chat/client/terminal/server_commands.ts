import { UsageError } from "../../../core/mod.ts";

/** Command of the input line that is sent to the server as it is. */
interface ServerCommand {
  /** Parameters, as the help has them. */
  readonly args: string;
  /** Effect, in a line. */
  readonly does: string;
  /** Returns the words to send, or undefined if a parameter is missing; `here` returns the current channel. */
  readonly words: (words: readonly string[], rest: string, here: () => string) => readonly string[] | undefined;
}

/** A channel; one of the type + cannot be told from modes. */
const CHANNEL = /^[#&!]./;

/** Returns the rest of a line behind its first word, as a list for a last parameter that may be missing. */
function behind(first: string, rest: string): readonly string[] {
  const text = rest.slice(first.length).trim();
  return text === "" ? [] : [text];
}

/** Returns a mask for a nickname; a mask is kept. */
function maskOf(text: string): string {
  return /[!@*?:~$]/.test(text) ? text : `${text}!*@*`;
}

/** Returns a command that changes a mode of the channel, with the first word as its parameter. */
function modeOf(change: string, does: string, args = "NICK", param: (text: string) => string = (text) => text) {
  const words: ServerCommand["words"] = ([text], _, here) => text ? ["MODE", here(), change, param(text)] : undefined;
  return { args, does, words };
}

const COMMANDS: Readonly<Record<string, ServerCommand>> = {
  whois: {
    args: "NICK",
    does: "show what is known about a user",
    words: ([nick]) => nick ? ["WHOIS", nick] : undefined,
  },
  invite: {
    args: "NICK [#CHANNEL]",
    does: "invite a user to a channel",
    words: ([nick, channel], _, here) => nick ? ["INVITE", nick, channel ?? here()] : undefined,
  },
  kick: {
    args: "NICK [TEXT]",
    does: "remove a user from the channel",
    words: ([nick], rest, here) => nick ? ["KICK", here(), nick, ...behind(nick, rest)] : undefined,
  },
  ban: modeOf("+b", "ban a nickname or a mask from the channel", "NICK|MASK", maskOf),
  unban: modeOf("-b", "remove a ban", "NICK|MASK", maskOf),
  op: modeOf("+o", "make a user an operator of the channel"),
  deop: modeOf("-o", "make an operator a member"),
  voice: modeOf("+v", "let a user speak in a moderated channel"),
  devoice: modeOf("-v", "take that back"),
  mode: {
    args: "[#CHANNEL] [MODES]",
    does: "show or change modes, such as +i",
    words: ([first = "", ...more], _, here) =>
      CHANNEL.test(first) ? ["MODE", first, ...more] : ["MODE", here(), ...[first, ...more].filter((word) => word)],
  },
  away: {
    args: "[TEXT]",
    does: "mark yourself as away, or as back without a text",
    words: (_, rest) => ["AWAY", ...behind("", rest)],
  },
  monitor: {
    args: "[+NICK|-NICK]",
    does: "tell when a user connects or disconnects; list these users",
    words: ([text = ""]) => {
      const [, sign = "+", nick = ""] = /^([+-])?(.*)$/s.exec(text) ?? [];
      return nick === "" ? ["MONITOR", "S"] : ["MONITOR", sign, nick];
    },
  },
};

/** Commands that are sent to the server as they are, with their descriptions. */
export const SERVER_COMMANDS: readonly (readonly [usage: string, does: string])[] = Object.entries(COMMANDS).map((
  [name, { args, does }],
) => [`/${name} ${args}`, does]);

/**
 * Returns the words of a command for the server; undefined if there is no such command.
 *
 * @throws {UsageError} If a parameter is missing.
 */
export function serverCommand(name: string, rest: string, here: () => string): readonly string[] | undefined {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) return undefined;
  const words = command.words(rest.split(/\s+/).filter((word) => word !== ""), rest, here);
  if (!words) throw new UsageError(`missing parameter (usage: /${name} ${command.args})`);
  return words;
}
