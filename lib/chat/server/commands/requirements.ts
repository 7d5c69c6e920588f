import type { Channel } from "../channel/channel.ts";
import type { Session } from "../client/session.ts";
import type { ChatState } from "../state.ts";
import { printable } from "../text.ts";

/** Tells a client that there is no such channel: also where one is secret, so that both are answered alike. */
export function sendNoSuchChannel(session: Session, name: string): undefined {
  session.reply("ERR_NOSUCHCHANNEL", printable(name), "No such channel");
}

/** Tells a client that there is no such nick. */
export function sendNoSuchNick(session: Session, nick: string): undefined {
  session.reply("ERR_NOSUCHNICK", printable(nick), "No such nick/channel");
}

/** The channel with a name that a client may know of; otherwise it is told that there is none. */
export function requireVisible(state: ChatState, session: Session, name: string): Channel | undefined {
  const channel = state.channel(name);
  return channel?.visibleTo(session) ? channel : sendNoSuchChannel(session, name);
}

/** The channel with a name, if the client is in it; otherwise it is told. */
export function requireMember(state: ChatState, session: Session, name: string): Channel | undefined {
  const channel = requireVisible(state, session, name);
  if (!channel || channel.members.has(session)) return channel;
  session.reply("ERR_NOTONCHANNEL", channel.name, "You're not on that channel");
}

/** Whether a client is an operator of a channel; otherwise it is told. */
export function requireChannelOperator(session: Session, channel: Channel): boolean {
  if (channel.isOp(session)) return true;
  session.reply("ERR_CHANOPRIVSNEEDED", channel.name, "You're not channel operator");
  return false;
}

/** Whether a command that may name a server is for this one: its name or a mask of it, or the nick of a client. */
export function requireThisServer(state: ChatState, session: Session, target: string | undefined): boolean {
  if (target === undefined || state.isHere(target)) return true;
  session.reply("ERR_NOSUCHSERVER", printable(target), "No such server");
  return false;
}
