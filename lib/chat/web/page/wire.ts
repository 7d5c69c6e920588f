import { ircLine, type IrcMessage, parseIrcMessage, writeIrcMessage } from "../../codec/message.ts";
import { nickOf } from "../../codec/names.ts";
import { readTimestamp } from "../../codec/values.ts";

/** A message of the server, with its sender and time. */
export interface ServerMessage extends IrcMessage {
  /** The nick of its sender, or a server's name. */
  readonly nick: string;
  /** Its time (IRCv3 server-time); now when it has none. */
  readonly time: Date;
}

/** Parses a line of the server; undefined when it is not a message. */
export function parse(line: string): ServerMessage | undefined {
  const message = parseIrcMessage(line.replace(/[\r\n]+$/, ""));
  if (typeof message === "string") return undefined;
  const time = new Date(readTimestamp(message.tags.get("time") ?? "") ?? Date.now());
  return { ...message, nick: nickOf(message.source ?? ""), time };
}

/** Writes a command, with tags when it has some. What may not stand in a parameter is left out of it. */
export function write(command: string, params: readonly string[], tags?: ReadonlyMap<string, string>): string {
  const last = params.length - 1;
  const clean = params.map((param, i) => {
    const text = param.replace(/[\r\n\0]/g, " ");
    return i === last ? text : text.replaceAll(" ", "").replace(/^:+/, "") || "*";
  });
  if (tags === undefined || tags.size === 0) return ircLine(undefined, command, ...clean);
  return writeIrcMessage({ tags, command, params: clean });
}

/** Returns whether a target is a channel. */
export function isChannel(name: string): boolean {
  return name.startsWith("#");
}
