import { formatBan, parseBan } from "../../../codec/extended_ban.ts";
import { ircLine, MAX_LINE_BYTES, utf8Length } from "../../../codec/message.ts";
import { MAX_KEY_LENGTH } from "../../../codec/names.ts";
import { readCount } from "../../../codec/values.ts";
import { MODE_FLAGS, MODE_KINDS, type ModeChange, parseModes, USER_MODES, writeModes } from "../../../codec/modes.ts";
import { type Channel, type ListMode, RANK } from "../../channel/channel.ts";
import { moderatedIn } from "../../moderation/moderation.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { printable } from "../../text.ts";
import { COMMAND_LIMITS } from "../command_limits.ts";
import { requireChannelOperator, requireVisible, sendNoSuchNick } from "../requirements.ts";
import type { ChatCommands } from "../command.ts";

const MAX_MEMBERS = 1_000_000;
const MAX_SLOW_SECONDS = 24 * 3600;

/** Modes of channels and users. */
export const MODE: ChatCommands = {
  MODE: {
    shared: (params) => params.length > 1,
    needs: 1,
    cost: 2,
    run(state, session, { params: [target = "", ...rest] }) {
      if (!target.startsWith("#")) return userMode(state, session, target, rest);
      const channel = requireVisible(state, session, target);
      if (!channel) return;
      if (rest.length > 0) return change(state, session, channel, rest);
      session.reply("RPL_CHANNELMODEIS", channel.name, ...channel.modes(session));
      session.reply("RPL_CREATIONTIME", channel.name, `${channel.created}`);
    },
  },
};

function userMode(state: ChatState, session: Session, nick: string, params: readonly string[]): void {
  const target = state.find(nick);
  if (!target) return sendNoSuchNick(session, nick);
  if (target !== session) return session.reply("ERR_USERSDONTMATCH", "Cannot change mode for other users");
  const made: ModeChange[] = [];
  let unknown = false;
  for (const { set, mode } of parseModes(params, { list: "", always: "", whenSet: "", member: "" })) {
    // The operator mode is set by OPER only (RFC 2812, section 3.1.5).
    if (mode === "o" && set) continue;
    if (!USER_MODES.includes(mode)) unknown = true;
    else if (session.modes.has(mode) !== set) {
      state.userModes.set(session, mode, set);
      made.push({ set, mode });
    }
  }
  if (params.length === 0) session.reply("RPL_UMODEIS", `+${[...session.modes].sort().join("")}`);
  else if (made.length > 0) session.send(state.from(session, "MODE", [session.nick, ...writeModes(made)]));
  if (unknown) session.reply("ERR_UMODEUNKNOWNFLAG", "Unknown MODE flag");
}

function change(state: ChatState, session: Session, channel: Channel, params: readonly string[]): void {
  const made: ModeChange[] = [];
  let withParam = 0;
  const listed = new Set<string>();
  // A client without operator rank gets one error reply, whatever the number of changes.
  let allowed: boolean | undefined;
  for (const asked of parseModes(params)) {
    if (isListMode(asked.mode) && asked.param === undefined) {
      // Each list is sent once: a line with many letters must not produce as many lists.
      if (!listed.has(asked.mode)) sendMasks(session, channel, asked.mode);
      listed.add(asked.mode);
      continue;
    }
    if (asked.param !== undefined && ++withParam > COMMAND_LIMITS.modes) break;
    allowed ??= requireChannelOperator(session, channel);
    if (!allowed) continue;
    const done = apply(state, session, channel, asked);
    if (done) made.push(done);
  }
  if (made.length > 0) {
    state.changed(channel);
    moderatedIn(state, channel, session, { action: "mode", target: writeModes(made).join(" ") });
  }
  const room = MAX_LINE_BYTES - 2 - utf8Length(ircLine(session.mask, "MODE", channel.name, ""));
  for (const some of split(made, room)) {
    state.announce(channel, state.from(session, "MODE", [channel.name, ...writeModes(some)]), session);
  }
}

/** Splits changes into lines. */
function split(changes: readonly ModeChange[], room: number): ModeChange[][] {
  const lines: ModeChange[][] = [];
  for (const change of changes) {
    const last = lines.at(-1);
    if (last && utf8Length(writeModes([...last, change]).join(" ")) <= room) last.push(change);
    else lines.push([change]);
  }
  return lines;
}

function isListMode(mode: string): mode is ListMode {
  return MODE_KINDS.list.includes(mode);
}

const LISTS = {
  b: ["RPL_BANLIST", "RPL_ENDOFBANLIST", "End of channel ban list"],
  e: ["RPL_EXCEPTLIST", "RPL_ENDOFEXCEPTLIST", "End of channel exception list"],
  I: ["RPL_INVEXLIST", "RPL_ENDOFINVEXLIST", "End of channel invite exception list"],
} as const;

function sendMasks(session: Session, channel: Channel, mode: ListMode): void {
  const [entry, end, text] = LISTS[mode];
  for (const { text, by, at } of channel.lists[mode].settings) session.reply(entry, channel.name, text, by, `${at}`);
  session.reply(end, channel.name, text);
}

/** Applies a change; returns it as applied, or undefined when nothing has changed. */
function apply(
  state: ChatState,
  session: Session,
  channel: Channel,
  asked: ModeChange,
): ModeChange | undefined {
  const { set, mode, param } = asked;
  if (MODE_FLAGS.includes(mode)) {
    if (channel.flags.has(mode) === set) return undefined;
    if (set) channel.flags.add(mode);
    else channel.flags.delete(mode);
    return asked;
  }
  switch (mode) {
    case "q":
      return void session.reply("ERR_CHANOPRIVSNEEDED", channel.name, "The founder is changed by ChanServ");
    case "o":
    case "v":
      return param === undefined ? missing(session, channel, mode) : rank(state, session, channel, asked, param);
    case "b":
    case "e":
    case "I":
      return changeList(session, channel, mode, asked, state);
    case "k":
      if (!set) {
        if (channel.password === undefined) return undefined;
        channel.password = undefined;
        return { set, mode, param: "*" };
      }
      if (!param || /[\s,:]/.test(param) || param.length > MAX_KEY_LENGTH) {
        return missing(session, channel, mode, param);
      }
      channel.password = param;
      return asked;
    case "l": {
      if (!set) {
        if (channel.limit === undefined) return undefined;
        channel.limit = undefined;
        return { set, mode };
      }
      const limit = readCount(param, MAX_MEMBERS);
      if (!limit) return missing(session, channel, mode, param);
      channel.limit = limit;
      return { set, mode, param: `${limit}` };
    }
    case "w": {
      if (!set) {
        if (channel.slow === undefined) return undefined;
        channel.slow = undefined;
        return { set, mode };
      }
      const slow = readCount(param, MAX_SLOW_SECONDS);
      if (!slow) return missing(session, channel, mode, param);
      channel.slow = slow;
      return { set, mode, param: `${slow}` };
    }
    default:
      session.reply("ERR_UNKNOWNMODE", /^[^\s:]$/.test(mode) ? mode : "?", "is unknown mode char to me");
  }
}

function missing(session: Session, channel: Channel, mode: string, param = ""): undefined {
  session.reply("ERR_INVALIDMODEPARAM", channel.name, mode, printable(param), "Invalid mode parameter");
}

function rank(
  state: ChatState,
  session: Session,
  channel: Channel,
  { set, mode }: ModeChange,
  nick: string,
): ModeChange | undefined {
  const target = state.find(nick);
  const before = target && channel.members.get(target);
  if (!target) return sendNoSuchNick(session, nick);
  if (before === undefined) {
    return void session.reply("ERR_USERNOTINCHANNEL", target.nick, channel.name, "They aren't on that channel");
  }
  if (!set && channel.isFounder(target) && target !== session) {
    return void session.reply("ERR_CHANOPRIVSNEEDED", channel.name, "The founder's rank cannot be removed");
  }
  const bit = mode === "o" ? RANK.op : RANK.voice;
  const after = set ? before | bit : before & ~bit;
  if (after === before) return undefined;
  channel.members.set(target, after);
  if (channel.founder !== undefined && target.account !== undefined) channel.setAccess(target.account, after);
  return { set, mode, param: target.nick };
}

function changeList(
  session: Session,
  channel: Channel,
  mode: ListMode,
  { set, param = "" }: ModeChange,
  state: ChatState,
): ModeChange | undefined {
  const entry = parseBan(param);
  const mask = entry ? formatBan(entry) : "";
  if (mask === "" || utf8Length(mask) > 128 || /\s|^:/.test(mask)) return missing(session, channel, mode, param);
  const list = channel.lists[mode];
  if (!set) {
    const removed = list.remove(mask);
    return removed && { set, mode, param: removed.text };
  }
  if (list.size >= state.limits.bans && !list.has(mask)) {
    return void session.reply("ERR_BANLISTFULL", channel.name, mode, "Channel list is full");
  }
  return list.add({ text: mask, by: session.mask, at: state.seconds() }) ? { set, mode, param: mask } : undefined;
}
