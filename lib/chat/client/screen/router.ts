import { foldName } from "../../codec/names.ts";
import type { ChatEvent, ChatMessage } from "../events.ts";
import type { ChatMember } from "../options.ts";
import { eventLine } from "./line.ts";
import type { ChatWindow } from "./window.ts";
import type { Windows } from "./windows.ts";

const PREFIX = /^[~&@%+!]+(?=[#&])/;

/** Adds an event of a network to the windows that it concerns; returns whether it names the own nickname. */
export function routeEvent(windows: Windows, network: string, member: ChatMember, event: ChatEvent): boolean {
  const line = eventLine(event, member.nick);
  if (event.event === "topic") windows.open(network, event.channel).topic = event.text;
  if (event.event === "join" && same(event.nick, member.nick)) {
    const known = windows.find(network, event.channel);
    const window = windows.open(network, event.channel);
    // The first channel of a network is shown, unless the user is in another one.
    if (!known && windows.current?.network === network && windows.current.name === "") windows.show(window);
  }
  if (event.event === "read") {
    const window = windows.find(network, event.target);
    if (window) window.readTo(event.until, window === windows.current);
  }
  if (!line) return false;
  const past = event.event === "message" && event.past;
  for (const window of windowsOf(windows, network, member, event)) windows.add(window, line, past);
  if (event.event === "part" && same(event.nick, member.nick)) {
    const window = windows.find(network, event.channel);
    if (window) windows.close(window);
  }
  return line.mention && !past;
}

function windowsOf(windows: Windows, network: string, member: ChatMember, event: ChatEvent): readonly ChatWindow[] {
  const notes = () => windows.open(network, "");
  switch (event.event) {
    case "message":
      return [windows.open(network, talkOf(event))];
    case "quit":
    case "nick": {
      const channels = event.event === "nick"
        ? [...member.channels].filter(([, nicks]) => nicks.has(event.to)).map(([name]) => name)
        : [event.channel];
      if (event.event === "nick") rename(windows, network, event.nick, event.to);
      const found = [...channels, event.event === "nick" ? event.to : event.nick].flatMap((name) =>
        windows.find(network, name) ?? []
      );
      return found.length > 0 ? found : [notes()];
    }
    case "mode":
      return [windows.find(network, event.target) ?? notes()];
    case "join":
    case "part":
    case "kick":
    case "topic":
    case "names":
      return [windows.find(network, event.channel) ?? notes()];
    default: {
      const { current } = windows;
      const loud = event.event === "disconnected" || (event.event === "server" && event.problem);
      // A problem is shown where the user is.
      return loud && current && current.network === network && current.name !== "" ? [notes(), current] : [notes()];
    }
  }
}

/** Returns the channel of a message, or the nickname of the user that it is exchanged with. */
function talkOf({ target, nick, own }: ChatMessage): string {
  const name = target.replace(PREFIX, "");
  if (/^[#&+!]/.test(name)) return name;
  // Notices of servers have no conversation.
  return own ? name : nick.includes(".") ? "" : nick;
}

function rename(windows: Windows, network: string, from: string, to: string): void {
  const window = windows.find(network, from);
  if (window && window.name !== "" && !windows.find(network, to)) window.name = to;
}

function same(one: string, other: string): boolean {
  return foldName(one, "rfc1459") === foldName(other, "rfc1459");
}
