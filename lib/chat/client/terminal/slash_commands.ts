import { UsageError } from "../../../core/mod.ts";
import type { ChatMessage } from "../events.ts";
import type { ChatMember, ChatSearch } from "../options.ts";
import { SERVER_COMMANDS, serverCommand } from "./server_commands.ts";

/** Action that follows from a line of input. */
export type InputResult =
  | { readonly act: "done" }
  | { readonly act: "leave"; readonly reason: string }
  | { readonly act: "help" }
  | { readonly act: "found"; readonly messages: readonly ChatMessage[] }
  | { readonly act: "look"; readonly channel: string };

/** Commands for the input line, with their descriptions. */
export const SLASH_COMMANDS: readonly (readonly [usage: string, does: string])[] = [
  ["/join #CHANNEL [KEY]", "join a channel and make it the current one"],
  ["/part [#CHANNEL]", "leave a channel"],
  ["/msg NICK TEXT", "send a private message"],
  ["/me TEXT", "send an action"],
  ["/nick NICK", "change the nickname"],
  ["/topic [TEXT]", "show or set the topic"],
  ["/names", "list the members of the channel"],
  ["/search TEXT", "search the history of the channel; from:NICK for a sender"],
  ["/notice NICK TEXT", "send a notice, which programs do not answer"],
  ...SERVER_COMMANDS,
  ["/quit [TEXT]", "disconnect"],
  ["/help", "list these commands"],
];

/**
 * Runs a line of input: sends it to `channel`, or runs a command. A line that begins with two slashes is sent with one.
 *
 * @throws {UsageError} For an unknown command, or a missing parameter.
 */
export async function runInput(member: ChatMember, line: string, channel: string | undefined): Promise<InputResult> {
  if (!line.startsWith("/") || line.startsWith("//")) {
    const text = line.replace(/^\/\//, "/");
    if (text.trim() !== "") await member.say(here(channel), text);
    return { act: "done" };
  }
  const [, command = "", rest = ""] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? [];
  const [first = "", ...more] = rest.split(/\s+/);
  switch (command.toLowerCase()) {
    case "join":
    case "j":
      if (!/^[#&+!]./.test(first)) throw new UsageError("missing channel (usage: /join #CHANNEL)");
      member.send("JOIN", first, ...more.slice(0, 1));
      return { act: "look", channel: first };
    case "part":
      member.send("PART", first.startsWith("#") ? first : here(channel));
      return { act: "done" };
    case "msg":
    case "query":
      if (first === "" || more.length === 0) throw new UsageError("missing nickname or text (usage: /msg NICK TEXT)");
      await member.say(first, rest.slice(first.length).trimStart());
      return { act: "done" };
    case "notice":
      if (first === "" || more.length === 0) {
        throw new UsageError("missing nickname or text (usage: /notice NICK TEXT)");
      }
      await member.say(first, rest.slice(first.length).trimStart(), "notice");
      return { act: "done" };
    case "me":
      if (rest !== "") await member.say(here(channel), rest, "action");
      return { act: "done" };
    case "nick":
      if (first === "") throw new UsageError("missing nickname (usage: /nick NICK)");
      member.send("NICK", first);
      return { act: "done" };
    case "topic":
      member.send("TOPIC", here(channel), ...(rest === "" ? [] : [rest]));
      return { act: "done" };
    case "names":
      member.send("NAMES", first || here(channel));
      return { act: "done" };
    case "search":
      return { act: "found", messages: await member.search(readSearch(rest, here(channel))) };
    case "quit":
    case "exit":
      return { act: "leave", reason: rest };
    case "help":
      return { act: "help" };
    default: {
      const [word, ...params] = serverCommand(command.toLowerCase(), rest, () => here(channel)) ?? [];
      if (word !== undefined) {
        member.send(word, ...params);
        return { act: "done" };
      }
      throw new UsageError(`unknown command /${command} (see /help)`);
    }
  }
}

/** Parses the text of a search; `from:NICK` in it names the sender. */
function readSearch(text: string, target: string): ChatSearch {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const from = words.findLast((word) => /^from:./.test(word))?.slice("from:".length);
  const rest = words.filter((word) => !/^from:./.test(word)).join(" ");
  if (rest === "" && from === undefined) throw new UsageError("missing text (usage: /search TEXT)");
  return { target, from, text: rest === "" ? undefined : rest };
}

function here(channel: string | undefined): string {
  if (channel === undefined) throw new UsageError("not in a channel (join one with /join #CHANNEL)");
  return channel;
}

/** Returns the completions of the last word of a line: nicknames, channels, commands. */
export function completions(member: ChatMember, word: string, line: string, channel: string | undefined): string[] {
  const lower = word.toLowerCase();
  const begins = (text: string) => text.toLowerCase().startsWith(lower);
  if (word === "") return [];
  if (word.startsWith("/") && line === word) {
    return SLASH_COMMANDS.map(([usage]) => usage.split(" ")[0] ?? "").filter(begins).map((text) => `${text} `);
  }
  if (word.startsWith("#")) return [...member.channels.keys()].filter(begins);
  const inside = [...member.channels].find(([name]) => name.toLowerCase() === channel?.toLowerCase())?.[1] ?? [];
  // At the start of a line a nickname addresses its user.
  return [...inside].filter(begins).map((nick) => line === word ? `${nick}: ` : nick);
}
