import { foldName, isChannel } from "../../codec/names.ts";
import { type Channel, RANK } from "../channel/channel.ts";
import { channelsOwnedBy, found, giveTo, grantRanks, releaseChannel } from "../channel/ownership.ts";
import { moderatedIn } from "../moderation/moderation.ts";
import type { Session } from "../client/session.ts";
import type { ChatState } from "../state.ts";
import { printable } from "../text.ts";
import { type ChatService, type ServiceCommand, serviceOf, type ServiceReply } from "./service.ts";

const RANKS: Readonly<Record<string, number>> = { NONE: RANK.none, OP: RANK.op, VOICE: RANK.voice };
const NO_SUCH_CHANNEL = "There is no such channel";

const COMMANDS: Readonly<Record<string, ServiceCommand>> = {
  REGISTER: {
    usage: "REGISTER <channel>",
    help: "make a channel that you are operator of that of your account, so that it is kept",
    needs: 1,
    shared: true,
    run(state, session, [name = ""], reply) {
      const channel = state.channel(name);
      if (session.account === undefined) return reply("You must log in first");
      if (!channel?.isOp(session)) return reply("You are not an operator of this channel");
      if (channel.founder !== undefined) return reply(`${channel.name} belongs to ${channel.founder}`);
      found(state, session, channel);
      if (channel.founder === undefined) {
        return reply(`You have too many channels (limit: ${state.limits.channelsOwned})`);
      }
      grantRanks(state, session);
      state.changed(channel);
      moderatedIn(state, channel, session, { action: "founder", target: session.account });
      reply(`${channel.name} now belongs to ${channel.founder}`);
    },
  },
  INFO: {
    usage: "INFO <channel>",
    help: "show the account that a channel belongs to, and the ranks of other accounts",
    needs: 1,
    run(state, session, [name = ""], reply) {
      const channel = visible(state, session, name);
      if (!channel) return reply(NO_SUCH_CHANNEL);
      if (channel.founder === undefined) return reply(`${channel.name} belongs to no account`);
      reply(`${channel.name} belongs to ${channel.founder}, since ${new Date(channel.created * 1000).toISOString()}`);
      for (const { name, rank } of channel.access.values()) reply(`${name}: ${rank & RANK.op ? "operator" : "voice"}`);
    },
  },
  LIST: {
    usage: "LIST",
    help: "list the channels of your account",
    needs: 0,
    run(state, session, _, reply) {
      if (session.account === undefined) return reply("You must log in first");
      const own = channelsOwnedBy(state, session.account);
      for (const { name } of own) reply(name);
      reply(`${own.length} of at most ${state.limits.channelsOwned} channels`);
    },
  },
  ACCESS: {
    usage: "ACCESS <channel> <account> OP|VOICE|NONE",
    help: "set the rank of an account, which it has whenever it joins",
    needs: 3,
    shared: true,
    run(state, session, [name = "", account = "", rank = ""], reply) {
      const channel = owned(state, session, name, reply);
      const wanted = Object.hasOwn(RANKS, rank.toUpperCase()) ? RANKS[rank.toUpperCase()] : undefined;
      if (!channel) return;
      if (wanted === undefined) return reply("Usage: ACCESS <channel> <account> OP|VOICE|NONE");
      const known = state.accounts.find(account);
      if (!known) return reply(`There is no account ${printable(account)}`);
      if (!channel.setAccess(known.name, wanted)) return reply("Too many accounts have a rank in this channel");
      for (const member of channel.members.keys()) if (member.account === known.name) grantRanks(state, member);
      state.changed(channel);
      moderatedIn(state, channel, session, { action: "mode", target: `${known.name} ${rank.toLowerCase()}` });
      reply(`${known.name}: ${rank.toLowerCase()}`);
    },
  },
  FOUNDER: {
    usage: "FOUNDER <channel> <account>",
    help: "change the account that a channel belongs to",
    needs: 2,
    shared: true,
    run(state, session, [name = "", account = ""], reply) {
      const channel = owned(state, session, name, reply);
      if (!channel) return;
      const known = state.accounts.find(account);
      if (!known) return reply(`There is no account ${printable(account)}`);
      if (channelsOwnedBy(state, known.name).length >= state.limits.channelsOwned) {
        return reply(`${known.name} has too many channels`);
      }
      giveTo(state, channel, known.name);
      moderatedIn(state, channel, session, { action: "founder", target: known.name });
      reply(`${channel.name} now belongs to ${known.name}`);
    },
  },
  DROP: {
    usage: "DROP <channel>",
    help: "release a channel: it ends with its last member, and the ranks of accounts are forgotten",
    needs: 1,
    shared: true,
    run(state, session, [name = ""], reply) {
      const channel = owned(state, session, name, reply);
      if (!channel) return;
      moderatedIn(state, channel, session, { action: "drop" });
      releaseChannel(state, channel);
      reply(`${channel.name} belongs to no account`);
    },
  },
};

/** ChanServ: the accounts that channels belong to. */
export const CHANSERV: ChatService = serviceOf("ChanServ", COMMANDS);

/** Returns a channel, or one that is kept without members, if the client can see it. */
function visible(state: ChatState, session: Session, name: string): Channel | undefined {
  const channel = isChannel(name) ? state.channel(name) ?? state.store.find(name) : undefined;
  const own = channel?.founder !== undefined && session.account !== undefined &&
    foldName(channel.founder) === foldName(session.account);
  return channel && (own || session.operator || channel.visibleTo(session)) ? channel : undefined;
}

/** Returns a channel of the client's account, or any for an IRC operator; otherwise replies why not. */
function owned(state: ChatState, session: Session, name: string, reply: ServiceReply): Channel | undefined {
  const channel = visible(state, session, name);
  if (!channel || channel.founder === undefined) {
    return void reply(channel ? "It belongs to no account" : NO_SUCH_CHANNEL);
  }
  const own = session.account !== undefined && foldName(channel.founder) === foldName(session.account);
  if (own || session.operator) return channel;
  reply(`${channel.name} belongs to ${channel.founder}`);
}
