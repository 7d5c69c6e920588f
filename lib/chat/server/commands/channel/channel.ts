import { isChannel } from "../../../codec/names.ts";
import { type Channel, prefixOf, RANK } from "../../channel/channel.ts";
import { found } from "../../channel/ownership.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { cutText, printable, wrapWords } from "../../text.ts";
import { COMMAND_LIMITS } from "../command_limits.ts";
import { type ChatCommands, splitList } from "../command.ts";
import { replay } from "../message/history_batch.ts";
import { requireChannelOperator, requireMember, requireVisible } from "../requirements.ts";
import { sendMarker } from "../message/read_marker.ts";
import { readListFilter } from "./list_filter.ts";

const END_OF_NAMES = "End of /NAMES list";
/** Limit of the names in a reply; the rest is for the server, a nickname and a channel. */
const NAMES_BYTES = 320;

/** Joining and leaving channels, topics, and lists of members and channels. */
export const CHANNEL: ChatCommands = {
  JOIN: {
    shared: true,
    needs: 1,
    cost: 2,
    each: true,
    run(state, session, { params: [names = "", passwords = ""] }) {
      if (names === "0") {
        return [...state.channelsOf(session)].forEach((channel) => part(state, session, channel, ""));
      }
      const given = passwords.split(",");
      for (const [i, name] of names.split(",").entries()) if (name !== "") join(state, session, name, given[i]);
    },
  },
  PART: {
    shared: true,
    needs: 1,
    each: true,
    run(state, session, { params: [names, reason = ""] }) {
      for (const name of splitList(names)) {
        const channel = requireMember(state, session, name);
        if (channel) part(state, session, channel, cutText(reason));
      }
    },
  },
  TOPIC: {
    shared: (params) => params.length > 1,
    needs: 1,
    run(state, session, { params: [name = "", topic] }) {
      const channel = topic === undefined ? requireVisible(state, session, name) : requireMember(state, session, name);
      if (!channel) return;
      if (topic === undefined) return sendTopic(session, channel, true);
      if (channel.flags.has("t") && !requireChannelOperator(session, channel)) return;
      const text = cutText(topic);
      channel.topic = text === "" ? undefined : { text, by: session.mask, at: state.seconds() };
      state.changed(channel);
      state.announce(channel, state.from(session, "TOPIC", [channel.name, text]), session);
    },
  },
  NAMES: {
    cost: 2,
    each: true,
    run(state, session, { params: [names = ""] }) {
      const asked = splitList(names);
      if (asked.length === 0) {
        for (const channel of state.channels.values()) sendMembers(session, channel);
        return session.reply("RPL_ENDOFNAMES", "*", END_OF_NAMES);
      }
      for (const name of asked.slice(0, COMMAND_LIMITS.targets)) sendNames(session, state.channel(name), name);
    },
  },
  LIST: {
    cost: 4,
    run(state, session, { params: [names = "", more = ""] }) {
      // The second parameter has more conditions (modern IRC), or the target server (RFC 2812, section 3.2.6).
      const wanted = readListFilter([...splitList(names), ...(state.isHere(more) ? [] : splitList(more))]);
      for (const channel of state.channels.values()) {
        if (!channel.visibleTo(session) || channel.members.size === 0 || !wanted(channel)) continue;
        session.reply("RPL_LIST", channel.name, `${channel.members.size}`, channel.topic?.text ?? "");
      }
      session.reply("RPL_LISTEND", "End of /LIST");
    },
  },
};

/** Returns whether a client may open another channel; in a network of servers only the limit of all channels counts. */
function mayOpen({ network, opened }: ChatState, session: Session): boolean {
  return network !== undefined || opened.mayOpen(session);
}

function join(state: ChatState, session: Session, name: string, password: string | undefined): void {
  if (!isChannel(name)) return session.reply("ERR_BADCHANMASK", printable(name), "Bad Channel Mask");
  const known = state.channel(name) ?? state.store.find(name);
  if (known?.members.has(session)) return;
  if (
    state.channelsOf(session).size >= state.limits.channelsEach ||
    (!known && (state.channels.size >= state.limits.channels || !mayOpen(state, session)))
  ) {
    return session.reply("ERR_TOOMANYCHANNELS", name, "You have joined too many channels");
  }
  const welcome = known === undefined || known.invites(session);
  const refused = known && !welcome ? refusal(known, session, password) : undefined;
  if (refused) return session.reply(refused[0], name, refused[1]);
  const channel = state.open(name);
  channel.admit(session);
  state.invited.remove(session, channel);
  // A restored channel keeps its operators.
  const founds = known === undefined;
  if (founds) state.opened.add(session, channel);
  if (founds) found(state, session, channel);
  const savedRank = channel.savedRanks.get(session.mask) ?? (founds ? RANK.op : RANK.none);
  channel.savedRanks.delete(session.mask);
  state.join(session, channel, savedRank | channel.rankOf(session));
  const plain = state.from(session, "JOIN", [channel.name]);
  // One message in two forms: with the same id and time.
  const { id, time } = plain.tags;
  const extended = state.from(session, "JOIN", [channel.name, session.account ?? "*", session.realname], { id, time });
  state.record(channel, extended, session);
  for (const member of channel.members.keys()) member.sendWith("extended-join", extended, plain);
  if (session.away !== undefined) {
    const away = state.from(session, "AWAY", [session.away]);
    for (const member of channel.members.keys()) {
      if (member !== session) member.sendWith("away-notify", away);
    }
  }
  sendChannel(state, session, channel);
  replay(state, session, channel);
}

/** Sends what follows a JOIN: the topic, the read marker and the members of the channel. */
export function sendChannel(state: ChatState, session: Session, channel: Channel): void {
  if (channel.topic) sendTopic(session, channel, false);
  if (session.has("draft/read-marker")) sendMarker(state, session, channel.name);
  if (!session.has("no-implicit-names") && !session.has("draft/no-implicit-names")) {
    sendNames(session, channel, channel.name);
  }
}

function refusal(channel: Channel, session: Session, password: string | undefined) {
  // An account with a rank cannot be locked out.
  if (channel.rankOf(session) & (RANK.op | RANK.founder)) return undefined;
  if (channel.isBanned(session)) return ["ERR_BANNEDFROMCHAN", "Cannot join channel (+b)"] as const;
  if (channel.flags.has("i") && !channel.lists.I.matches(session) && !channel.savedRanks.has(session.mask)) {
    return ["ERR_INVITEONLYCHAN", "Cannot join channel (+i)"] as const;
  }
  if (channel.password !== undefined && channel.password !== password) {
    return ["ERR_BADCHANNELKEY", "Cannot join channel (+k)"] as const;
  }
  if (channel.limit !== undefined && channel.members.size >= channel.limit) {
    return ["ERR_CHANNELISFULL", "Cannot join channel (+l)"] as const;
  }
}

function part(state: ChatState, session: Session, channel: Channel, reason: string): void {
  state.announce(
    channel,
    state.from(session, "PART", reason === "" ? [channel.name] : [channel.name, reason]),
    session,
  );
  state.leave(session, channel);
}

function sendTopic(session: Session, { name, topic }: Channel, asked: boolean): void {
  if (!topic) return asked ? session.reply("RPL_NOTOPIC", name, "No topic is set") : undefined;
  session.reply("RPL_TOPIC", name, topic.text);
  session.reply("RPL_TOPICWHOTIME", name, topic.by, `${topic.at}`);
}

/** Sends the members of a channel; nothing but the end of the list for a secret or missing one. */
function sendNames(session: Session, channel: Channel | undefined, name: string): void {
  if (channel) sendMembers(session, channel);
  session.reply("RPL_ENDOFNAMES", printable(name), END_OF_NAMES);
}

function sendMembers(session: Session, channel: Channel): void {
  if (!session.local || !channel.visibleTo(session)) return;
  const inChannel = channel.members.has(session);
  const seen = [...channel.members].filter(([member]) => inChannel || !member.modes.has("i"));
  const names = seen.map(([member, rank]) =>
    prefixOf(rank, session.has("multi-prefix")) + (session.has("userhost-in-names") ? member.mask : member.nick)
  );
  for (const line of wrapWords(names, NAMES_BYTES)) {
    session.reply("RPL_NAMREPLY", channel.flags.has("s") ? "@" : "=", channel.name, line);
  }
}
