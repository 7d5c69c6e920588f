import type { Channel } from "../channel/channel.ts";
import type { Session } from "../client/session.ts";
import type { ChatState } from "../state.ts";
import { printable } from "../text.ts";

/** Sends ERR_NOSUCHCHANNEL, also for a secret channel, so that both get the same reply. */
export function sendNoSuchChannel(session: Session, name: string): undefined {
  session.reply("ERR_NOSUCHCHANNEL", printable(name), "No such channel");
}

/** Sends ERR_NOSUCHNICK. */
export function sendNoSuchNick(session: Session, nick: string): undefined {
  session.reply("ERR_NOSUCHNICK", printable(nick), "No such nick/channel");
}

/** Returns a channel that the client can see; otherwise sends ERR_NOSUCHCHANNEL. */
export function requireVisible(state: ChatState, session: Session, name: string): Channel | undefined {
  const channel = state.channel(name);
  return channel?.visibleTo(session) ? channel : sendNoSuchChannel(session, name);
}

/** Returns a channel that the client is a member of; otherwise sends an error. */
export function requireMember(state: ChatState, session: Session, name: string): Channel | undefined {
  const channel = requireVisible(state, session, name);
  if (!channel || channel.members.has(session)) return channel;
  session.reply("ERR_NOTONCHANNEL", channel.name, "You're not on that channel");
}

/** Returns whether a client is an operator of a channel; otherwise sends ERR_CHANOPRIVSNEEDED. */
export function requireChannelOperator(session: Session, channel: Channel): boolean {
  if (channel.isOp(session)) return true;
  session.reply("ERR_CHANOPRIVSNEEDED", channel.name, "You're not channel operator");
  return false;
}

/** Returns whether a client is an IRC operator; otherwise sends ERR_NOPRIVILEGES. */
export function requireIrcOperator(session: Session): boolean {
  if (session.operator) return true;
  session.reply("ERR_NOPRIVILEGES", "Permission Denied- You're not an IRC operator");
  return false;
}

/**
 * Returns whether the target of a command is this server: its name, a mask of it, or the nickname of a client;
 * otherwise sends ERR_NOSUCHSERVER.
 */
export function requireThisServer(state: ChatState, session: Session, target: string | undefined): boolean {
  if (target === undefined || state.isHere(target)) return true;
  session.reply("ERR_NOSUCHSERVER", printable(target), "No such server");
  return false;
}
