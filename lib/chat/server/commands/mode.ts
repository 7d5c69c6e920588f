import { fullMask } from "../../codec/mask.ts";
import { ircLine, LINE_BYTES, utf8Length } from "../../codec/message.ts";
import { foldName } from "../../codec/names.ts";
import { MODE_FLAGS, type ModeChange, parseModes, writeModes } from "../../codec/modes.ts";
import { type Channel, RANK, seconds } from "../channel.ts";
import type { Session } from "../session.ts";
import type { ChatState } from "../state.ts";
import { printable } from "../text.ts";
import { BOUNDS } from "./bounds.ts";
import { asOp } from "./channel.ts";
import type { ChatCommands } from "./command.ts";

const MOST_MEMBERS = 1_000_000;

/** Modes of channels and users. */
export const MODE: ChatCommands = {
  MODE: {
    needs: 1,
    cost: 2,
    run(state, session, { params: [target = "", ...rest] }) {
      if (!target.startsWith("#")) return userMode(state, session, target, rest);
      const channel = state.channel(target);
      if (!channel?.visibleTo(session)) {
        return session.reply("ERR_NOSUCHCHANNEL", printable(target), "There is no such channel");
      }
      if (rest.length > 0) return change(state, session, channel, rest);
      session.reply("RPL_CHANNELMODEIS", channel.name, ...channel.modes(session));
      session.reply("RPL_CREATIONTIME", channel.name, `${channel.created}`);
    },
  },
};

function userMode(state: ChatState, session: Session, nick: string, params: readonly string[]): void {
  if (state.find(nick) !== session) return session.reply("ERR_USERSDONTMATCH", "Only your own modes can be changed");
  const made: ModeChange[] = [];
  for (const { set, mode } of parseModes(params, { list: "", always: "", whenSet: "", member: "" })) {
    if (mode !== "i") session.reply("ERR_UMODEUNKNOWNFLAG", "There is no such mode");
    else if (session.modes.has(mode) !== set) {
      if (set) session.modes.add(mode);
      else session.modes.delete(mode);
      made.push({ set, mode });
    }
  }
  if (params.length === 0) session.reply("RPL_UMODEIS", `+${[...session.modes].join("")}`);
  else if (made.length > 0) session.send(state.from(session, "MODE", [session.nick, ...writeModes(made)]));
}

function change(state: ChatState, session: Session, channel: Channel, params: readonly string[]): void {
  const made: ModeChange[] = [];
  let withParam = 0;
  let listed = false;
  // Whoever is no operator is told once, however many changes are asked for.
  let allowed: boolean | undefined;
  for (const asked of parseModes(params)) {
    if (asked.mode === "b" && asked.param === undefined) {
      // However often it is asked for: a line of that many letters must not bring as many lists.
      if (!listed) sendBans(session, channel);
      listed = true;
      continue;
    }
    if (asked.param !== undefined && ++withParam > BOUNDS.modes) break;
    allowed ??= asOp(session, channel);
    if (!allowed) continue;
    const done = apply(state, session, channel, asked);
    if (done) made.push(done);
  }
  const room = LINE_BYTES - 2 - utf8Length(ircLine(session.mask, "MODE", channel.name, ""));
  for (const some of split(made, room)) {
    channel.send(state.from(session, "MODE", [channel.name, ...writeModes(some)]));
  }
}

/** Changes as the lines that they take. */
function split(changes: readonly ModeChange[], room: number): ModeChange[][] {
  const lines: ModeChange[][] = [];
  for (const change of changes) {
    const last = lines.at(-1);
    if (last && utf8Length(writeModes([...last, change]).join(" ")) <= room) last.push(change);
    else lines.push([change]);
  }
  return lines;
}

function sendBans(session: Session, channel: Channel): void {
  for (const { text, by, at } of channel.bans.values()) session.reply("RPL_BANLIST", channel.name, text, by, `${at}`);
  session.reply("RPL_ENDOFBANLIST", channel.name, "End of bans");
}

/** Makes a change, and says what was made of it; nothing when all is as before. */
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
    case "o":
    case "v":
      return param === undefined ? missing(session, channel, mode) : rank(state, session, channel, asked, param);
    case "b":
      return ban(session, channel, asked, state.limits.bans);
    case "k":
      if (!set) {
        if (channel.word === undefined) return undefined;
        channel.word = undefined;
        return { set, mode, param: "*" };
      }
      if (!param || /[\s,:]/.test(param) || param.length > 32) return missing(session, channel, mode);
      channel.word = param;
      return asked;
    case "l": {
      const most = set ? Number(param) : undefined;
      if (most === undefined) {
        if (channel.most === undefined) return undefined;
        channel.most = undefined;
        return { set, mode };
      }
      if (!Number.isInteger(most) || most < 1 || most > MOST_MEMBERS) return missing(session, channel, mode);
      channel.most = most;
      return { set, mode, param: `${most}` };
    }
    default:
      session.reply("ERR_UNKNOWNMODE", /^[A-Za-z]$/.test(mode) ? mode : "?", "There is no such mode");
  }
}

function missing(session: Session, channel: Channel, mode: string): undefined {
  session.reply("ERR_INVALIDMODEPARAM", channel.name, mode, "*", "This mode needs a parameter with a sense");
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
  if (!target || before === undefined) {
    return void session.reply("ERR_USERNOTINCHANNEL", printable(nick), channel.name, "They are not on that channel");
  }
  const bit = mode === "o" ? RANK.op : RANK.voice;
  const after = set ? before | bit : before & ~bit;
  if (after === before) return undefined;
  channel.members.set(target, after);
  return { set, mode, param: target.nick };
}

function ban(
  session: Session,
  channel: Channel,
  { set, param = "" }: ModeChange,
  most: number,
): ModeChange | undefined {
  const mask = foldName(fullMask(param));
  if (param === "" || utf8Length(mask) > 128 || /\s|^:/.test(mask)) return missing(session, channel, "b");
  if (!set) return channel.unban(mask) ? { set, mode: "b", param: mask } : undefined;
  if (channel.bans.size >= most && !channel.bans.has(mask)) {
    return void session.reply("ERR_BANLISTFULL", channel.name, "b", "There are as many bans as there can be");
  }
  return channel.ban({ text: mask, by: session.mask, at: seconds() }) ? { set, mode: "b", param: mask } : undefined;
}
