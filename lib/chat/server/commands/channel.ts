import { foldName, isChannel } from "../../codec/names.ts";
import { type Channel, prefixOf, RANK, seconds } from "../channel.ts";
import type { Session } from "../session.ts";
import type { ChatState } from "../state.ts";
import { cutText, gather, printable } from "../text.ts";
import { BOUNDS } from "./bounds.ts";
import { type ChatCommands, listed } from "./command.ts";
import { replay } from "./history.ts";

/** What of an answer may be names: the rest is for the server, a nick and a channel. */
const NAMES_BYTES = 320;

/** Coming and going, and what a channel is about. */
export const CHANNEL: ChatCommands = {
  JOIN: {
    needs: 1,
    cost: 2,
    each: true,
    run(state, session, { params: [names = "", words = ""] }) {
      if (names === "0") {
        return [...state.channelsOf(session)].forEach((channel) => part(state, session, channel, "Left all"));
      }
      const given = words.split(",");
      listed(names).forEach((name, i) => join(state, session, name, given[i]));
    },
  },
  PART: {
    needs: 1,
    each: true,
    run(state, session, { params: [names, reason = ""] }) {
      for (const name of listed(names)) {
        const channel = inside(state, session, name);
        if (channel) part(state, session, channel, cutText(reason));
      }
    },
  },
  TOPIC: {
    needs: 1,
    run(state, session, { params: [name = "", topic] }) {
      const channel = inside(state, session, name);
      if (!channel) return;
      if (topic === undefined) return sendTopic(session, channel, true);
      if (channel.flags.has("t") && !asOp(session, channel)) return;
      const text = cutText(topic);
      channel.topic = text === "" ? undefined : { text, by: session.mask, at: seconds() };
      channel.send(state.from(session, "TOPIC", [channel.name, text]));
    },
  },
  NAMES: {
    cost: 2,
    run(state, session, { params: [name = ""] }) {
      const [first = "*"] = listed(name);
      const channel = state.channel(first);
      if (channel) sendNames(session, channel);
      else session.reply("RPL_ENDOFNAMES", printable(first), "End of names");
    },
  },
  LIST: {
    cost: 4,
    run(state, session, { params: [names = ""] }) {
      const wanted = names === "" ? undefined : listed(names).map((name) => foldName(name));
      for (const channel of state.channels.values()) {
        if (!channel.visibleTo(session) || (wanted && !wanted.includes(channel.key))) continue;
        session.reply("RPL_LIST", channel.name, `${channel.members.size}`, channel.topic?.text ?? "");
      }
      session.reply("RPL_LISTEND", "End of the list");
    },
  },
  KICK: {
    needs: 2,
    run(state, session, { params: [name = "", nicks, reason = session.nick] }) {
      const channel = inside(state, session, name);
      if (!channel || !asOp(session, channel)) return;
      for (const nick of listed(nicks).slice(0, BOUNDS.kicks)) {
        const target = state.find(nick);
        if (!target || !channel.members.has(target)) {
          session.reply("ERR_USERNOTINCHANNEL", printable(nick), channel.name, "They are not on that channel");
          continue;
        }
        channel.send(state.from(session, "KICK", [channel.name, target.nick, cutText(reason)]));
        state.leave(target, channel);
      }
    },
  },
  INVITE: {
    needs: 2,
    cost: 2,
    run(state, session, { params: [nick = "", name = ""] }) {
      const channel = inside(state, session, name);
      if (!channel) return;
      const target = state.find(nick);
      if (!target) return session.reply("ERR_NOSUCHNICK", printable(nick), "There is nobody of that nick");
      if (channel.members.has(target)) {
        return session.reply("ERR_USERONCHANNEL", target.nick, channel.name, "is on the channel already");
      }
      if (channel.flags.has("i") && !asOp(session, channel)) return;
      // One whom only a member has asked in has no way around a ban, a key or a full house.
      if (channel.isOp(session)) channel.invited.add(target);
      session.reply("RPL_INVITING", target.nick, channel.name);
      if (target.away !== undefined) session.reply("RPL_AWAY", target.nick, target.away);
      target.send(state.from(session, "INVITE", [target.nick, channel.name]));
    },
  },
};

function join(state: ChatState, session: Session, name: string, word: string | undefined): void {
  if (!isChannel(name)) return session.reply("ERR_BADCHANMASK", printable(name), "This cannot be a channel");
  const known = state.channel(name);
  if (known?.members.has(session)) return;
  if (
    state.channelsOf(session).size >= state.limits.channelsEach ||
    (!known && state.channels.size >= state.limits.channels)
  ) {
    return session.reply("ERR_TOOMANYCHANNELS", name, "There are too many channels");
  }
  const refused = known && !known.invited.has(session) ? refusal(known, session, word) : undefined;
  if (refused) return session.reply(refused[0], name, refused[1]);
  const channel = state.open(name);
  channel.invited.delete(session);
  state.join(session, channel, channel.members.size === 0 ? RANK.op : RANK.none);
  channel.send(state.from(session, "JOIN", [channel.name]));
  if (session.away !== undefined) {
    const away = state.from(session, "AWAY", [session.away]);
    for (const member of channel.members.keys()) {
      if (member !== session && member.has("away-notify")) member.send(away);
    }
  }
  if (channel.topic) sendTopic(session, channel, false);
  sendNames(session, channel);
  replay(state, session, channel);
}

function refusal(channel: Channel, session: Session, word: string | undefined) {
  if (channel.isBanned(session)) return ["ERR_BANNEDFROMCHAN", "You are banned from it"] as const;
  if (channel.flags.has("i")) return ["ERR_INVITEONLYCHAN", "One has to be invited (+i)"] as const;
  if (channel.word !== undefined && channel.word !== word) return ["ERR_BADCHANNELKEY", "It has a key (+k)"] as const;
  if (channel.most !== undefined && channel.members.size >= channel.most) {
    return ["ERR_CHANNELISFULL", "It is full (+l)"] as const;
  }
}

function part(state: ChatState, session: Session, channel: Channel, reason: string): void {
  channel.send(state.from(session, "PART", reason === "" ? [channel.name] : [channel.name, reason]));
  state.leave(session, channel);
}

/** The channel of a name, if somebody is in it; otherwise they are told. */
export function inside(state: ChatState, session: Session, name: string): Channel | undefined {
  const channel = state.channel(name);
  if (!channel) return void session.reply("ERR_NOSUCHCHANNEL", printable(name), "There is no such channel");
  if (channel.members.has(session)) return channel;
  session.reply("ERR_NOTONCHANNEL", channel.name, "You are not on that channel");
}

/** Whether somebody may do what only operators may; otherwise they are told. */
export function asOp(session: Session, channel: Channel): boolean {
  if (channel.isOp(session)) return true;
  session.reply("ERR_CHANOPRIVSNEEDED", channel.name, "Only operators of the channel may do this");
  return false;
}

function sendTopic(session: Session, { name, topic }: Channel, asked: boolean): void {
  if (!topic) return asked ? session.reply("RPL_NOTOPIC", name, "There is no topic") : undefined;
  session.reply("RPL_TOPIC", name, topic.text);
  session.reply("RPL_TOPICWHOTIME", name, topic.by, `${topic.at}`);
}

function sendNames(session: Session, channel: Channel): void {
  if (channel.visibleTo(session)) {
    const inChannel = channel.members.has(session);
    const seen = [...channel.members].filter(([member]) => inChannel || !member.modes.has("i"));
    const names = seen.map(([member, rank]) =>
      prefixOf(rank, session.has("multi-prefix")) + (session.has("userhost-in-names") ? member.mask : member.nick)
    );
    for (const line of gather(names, NAMES_BYTES)) {
      session.reply("RPL_NAMREPLY", channel.flags.has("s") ? "@" : "=", channel.name, line);
    }
  }
  session.reply("RPL_ENDOFNAMES", channel.name, "End of names");
}
