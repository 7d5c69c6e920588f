import { sha256 } from "../../../deps/node/hmac.ts";
import { foldName } from "../../codec/names.ts";
import type { ChatState } from "../state.ts";
import type { Session } from "./session.ts";

const RESERVED = "Nickname is reserved by a different account";

/** Returns whether a nickname is reserved to an account that a client is not logged in to. */
export function isReserved(state: ChatState, session: Session, nick: string): boolean {
  const owner = state.accounts.find(nick);
  return owner !== undefined && owner.name !== session.account;
}

/**
 * Returns the reason why a client cannot have a nickname now, as the text of ERR_NICKNAMEINUSE. The owner of a nickname
 * takes it from a client that does not own it.
 */
export function nickConflict(state: ChatState, session: Session, nick: string): string | undefined {
  if (isReserved(state, session, nick)) return RESERVED;
  const holder = state.nicks.get(foldName(nick));
  if (!holder || holder === session) return undefined;
  // The owner of the nickname need not wait until another client is renamed.
  const owns = session.account !== undefined && state.accounts.find(nick)?.name === session.account;
  if (!owns || holder.account === session.account) return "Nickname is already in use";
  // In a network the holder is renamed when the log says so.
  if (state.network && !state.network.applying) return undefined;
  if (holder.registered) rename(state, holder, guestNick(state));
  else releaseReserved(state, holder);
  return undefined;
}

/** Takes a nickname that has become reserved from a client that has not registered. */
export function releaseReserved(state: ChatState, session: Session): void {
  session.reply("ERR_NICKNAMEINUSE", session.nick, RESERVED);
  release(state, session);
  session.unname();
}

/** Frees the nickname of a client; a client that is to be one of several has that of their member. */
export function release(state: ChatState, session: Session): void {
  const key = foldName(session.nick);
  if (state.nicks.get(key) === session) state.nicks.delete(key);
}

/** Changes the nickname of a client, which must be free; clients that share a channel or monitor it are notified. */
export function rename(state: ChatState, session: Session, nick: string): void {
  if (nick === session.nick) return;
  if (session.registered) {
    const change = state.from(session, "NICK", [nick]);
    for (const channel of state.channelsOf(session)) state.record(channel, change, session);
    session.send(change);
    state.sendToNeighbours(session, change);
    state.nickHistory.add(session);
  }
  const before = session.nick;
  const other = foldName(before) !== foldName(nick);
  // In a network a nickname is reserved by the log, when the client enters.
  if (session.registered || !state.network) {
    release(state, session);
    state.nicks.set(foldName(nick), session);
  }
  session.rename(nick);
  for (const channel of state.channelsOf(session)) if (channel.members.get(session)) state.changed(channel);
  if (session.registered && other) {
    state.monitors.offline(before);
    state.monitors.online(session);
  }
  state.presences?.changed(session);
}

/** Returns a nickname that is free, for a client that loses its own; the same one on all servers of a network. */
export function guestNick(state: ChatState): string {
  while (true) {
    const nick = `guest${new DataView(sha256(new TextEncoder().encode(state.newId())).buffer).getUint32(0)}`;
    if (!state.nicks.has(foldName(nick)) && !state.accounts.find(nick)) return nick;
  }
}
