import { ircLine } from "../../codec/message.ts";
import { writeModes } from "../../codec/modes.ts";
import { foldName } from "../../codec/names.ts";
import type { Session } from "../client/session.ts";
import { EncodedMessage } from "../send/encoded_message.ts";
import type { ChatState } from "../state.ts";
import { type Channel, RANK } from "./channel.ts";

/** Returns the channels that belong to an account. */
export function channelsOwnedBy(state: ChatState, account: string): Channel[] {
  const key = foldName(account);
  const all = [...state.channels.values(), ...state.store.kept];
  return all.filter(({ founder }) => founder !== undefined && foldName(founder) === key);
}

/** Makes a channel that of a client's account, as long as the account has not too many. */
export function found(state: ChatState, session: Session, channel: Channel): void {
  if (session.account === undefined || state.store.size >= state.limits.channels) return;
  if (channelsOwnedBy(state, session.account).length >= state.limits.channelsOwned) return;
  channel.founder = session.account;
}

/** Invites a client, and its account where the channel belongs to one. */
export function invite(state: ChatState, target: Session, channel: Channel): void {
  state.invited.add(target, channel);
  if (channel.founder === undefined || target.account === undefined) return;
  if (channel.invitedAccounts.size >= state.limits.bans) return;
  channel.invitedAccounts.add(foldName(target.account));
  state.changed(channel);
}

/** Gives a client the ranks of its account in the channels that it is in. */
export function grantRanks(state: ChatState, session: Session): void {
  for (const channel of state.channelsOf(session)) {
    setRank(state, channel, session, (channel.members.get(session) ?? 0) | channel.rankOf(session));
  }
}

/** Makes a channel that of an account, or of none, and changes the ranks of its members accordingly. */
export function giveTo(state: ChatState, channel: Channel, account: string | undefined): void {
  channel.founder = account;
  for (const member of channel.members.keys()) {
    if (channel.isFounder(member)) setRank(state, channel, member, RANK.op);
    setRank(state, channel, member, (channel.members.get(member) ?? 0) | channel.rankOf(member));
  }
  state.changed(channel);
}

/** Releases a channel: it belongs to no account, the ranks of accounts are removed, and it ends with its last member. */
export function releaseChannel(state: ChatState, channel: Channel): void {
  channel.access.clear();
  channel.invitedAccounts.clear();
  giveTo(state, channel, undefined);
  if (channel.members.size > 0) return;
  state.store.take(channel.name);
  state.invited.close(channel);
}

/** Releases the channels of accounts that have been deleted, and removes the ranks of such accounts. */
export function releaseOrphans(state: ChatState): void {
  for (const channel of [...state.channels.values(), ...state.store.kept]) {
    if (channel.founder === undefined) continue;
    if (!state.accounts.find(channel.founder)) {
      releaseChannel(state, channel);
      continue;
    }
    for (const [key, { name }] of channel.access) {
      if (state.accounts.find(name)) continue;
      channel.access.delete(key);
      state.changed(channel);
    }
  }
}

/** Changes the rank of a member, and notifies the channel. */
export function setRank(state: ChatState, channel: Channel, member: Session, rank: number): void {
  const before = channel.members.get(member) ?? 0;
  if (rank === before) return;
  channel.members.set(member, rank);
  const letters = [[RANK.founder, "q"], [RANK.op, "o"], [RANK.voice, "v"]] as const;
  const changes = letters.filter(([bit]) => ((rank ^ before) & bit) !== 0)
    .map(([bit, mode]) => ({ set: (rank & bit) !== 0, mode, param: member.nick }));
  const line = ircLine(state.info.name, "MODE", channel.name, ...writeModes(changes));
  channel.send(new EncodedMessage(line, { time: state.now() }));
  state.changed(channel);
}
