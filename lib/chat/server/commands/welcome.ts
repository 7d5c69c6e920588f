import { CHANNEL_LENGTH, NICK_LENGTH } from "../../codec/names.ts";
import { MODE_FLAGS, MODE_KINDS } from "../../codec/modes.ts";
import type { Session } from "../session.ts";
import type { ChatState } from "../state.ts";
import { gather, TEXT_LENGTH } from "../text.ts";
import { BOUNDS } from "./bounds.ts";
import type { ChatCommands } from "./command.ts";

const MOTD_BYTES = 400;

/** What a client is told when it is in. */
export function welcome(state: ChatState, session: Session): void {
  const { name, network, version } = state.facts;
  session.reply("RPL_WELCOME", `Welcome to ${network}, ${session.mask}`);
  session.reply("RPL_YOURHOST", `Your host is ${name}, running ${version}`);
  session.reply("RPL_CREATED", `It was started ${state.started.toISOString()}`);
  session.reply("RPL_MYINFO", name, version, "i", MODE_KINDS.list + MODE_KINDS.always + "imnst" + "lov");
  const tokens = isupport(state);
  for (let i = 0; i < tokens.length; i += 12) {
    session.reply("RPL_ISUPPORT", ...tokens.slice(i, i + 12), "are supported by this server");
  }
  lusers(state, session);
  motd(state, session);
}

/** What this server can do, as clients read it (modern IRC, RPL_ISUPPORT). */
export function isupport(state: ChatState): string[] {
  const { limits, facts } = state;
  const { list, always, whenSet } = MODE_KINDS;
  return [
    `AWAYLEN=${TEXT_LENGTH}`,
    "CASEMAPPING=ascii",
    `CHANLIMIT=#:${limits.channelsEach}`,
    `CHANMODES=${list},${always},${whenSet},${MODE_FLAGS}`,
    `CHANNELLEN=${CHANNEL_LENGTH}`,
    "CHANTYPES=#",
    `CHATHISTORY=${BOUNDS.history}`,
    `KICKLEN=${TEXT_LENGTH}`,
    `MAXLIST=b:${limits.bans}`,
    `MODES=${BOUNDS.modes}`,
    "MSGREFTYPES=msgid,timestamp",
    `NETWORK=${facts.network}`,
    `NICKLEN=${NICK_LENGTH}`,
    "PREFIX=(ov)@+",
    `TARGMAX=JOIN:,KICK:${BOUNDS.kicks},NAMES:1,NOTICE:${BOUNDS.targets},PART:,PRIVMSG:${BOUNDS.targets},WHOIS:1`,
    `TOPICLEN=${TEXT_LENGTH}`,
    "UTF8ONLY",
  ];
}

function lusers(state: ChatState, session: Session): void {
  const { registered, sessions, channels, most } = state;
  const invisible = [...sessions].filter((other) => other.registered && other.modes.has("i")).length;
  session.reply(
    "RPL_LUSERCLIENT",
    `There are ${registered - invisible} users and ${invisible} invisible on 1 servers`,
  );
  session.reply("RPL_LUSERUNKNOWN", `${sessions.size - registered}`, "unknown connections");
  session.reply("RPL_LUSERCHANNELS", `${channels.size}`, "channels formed");
  session.reply("RPL_LUSERME", `I have ${registered} clients and 0 servers`);
  session.reply("RPL_LOCALUSERS", `${registered}`, `${most}`, `Current local users ${registered}, max ${most}`);
  session.reply("RPL_GLOBALUSERS", `${registered}`, `${most}`, `Current global users ${registered}, max ${most}`);
}

function motd(state: ChatState, session: Session): void {
  if (state.facts.motd === undefined) return session.reply("ERR_NOMOTD", "There is no message of the day");
  session.reply("RPL_MOTDSTART", `- ${state.facts.name} message of the day -`);
  for (const line of state.facts.motd.split("\n")) {
    for (const part of gather(line.split(" "), MOTD_BYTES)) session.reply("RPL_MOTD", `- ${part}`);
  }
  session.reply("RPL_ENDOFMOTD", "End of the message of the day");
}

/** What a client can ask about the server. */
export const ABOUT: ChatCommands = {
  MOTD: { cost: 2, run: motd },
  LUSERS: { cost: 2, run: lusers },
  VERSION: {
    run(state, session) {
      session.reply("RPL_VERSION", state.facts.version, state.facts.name, "Toucan");
      session.reply("RPL_ISUPPORT", ...isupport(state).slice(0, 12), "are supported by this server");
    },
  },
};
