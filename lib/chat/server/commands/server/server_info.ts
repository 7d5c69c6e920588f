import { matchesMask } from "../../../codec/mask.ts";
import { seconds } from "../../channel/channel.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { printable, wrapWords } from "../../text.ts";
import type { ChatCommand, ChatCommands } from "../command.ts";
import { requireThisServer } from "../requirements.ts";
import { sendSupport } from "./isupport.ts";

const MOTD_BYTES = 400;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** Returns a query whose first parameter may name a server. */
function query(send: (state: ChatState, session: Session) => void, cost = 1): ChatCommand {
  return {
    cost,
    run(state, session, { params: [target] }) {
      if (requireThisServer(state, session, target)) send(state, session);
    },
  };
}

/** Queries about the server. */
export const SERVER_INFO: ChatCommands = {
  MOTD: query(motd, 2),
  LUSERS: {
    cost: 2,
    run(state, session, { params: [, target] }) {
      if (requireThisServer(state, session, target)) lusers(state, session);
    },
  },
  VERSION: query((state, session) => {
    session.reply("RPL_VERSION", state.info.version, state.info.name, "Toucan");
    sendSupport(state, session);
  }),
  TIME: query((state, session) => session.reply("RPL_TIME", state.info.name, new Date().toUTCString())),
  INFO: query((state, session) => {
    session.reply("RPL_INFO", `${state.info.name} runs Toucan, network tools for both ends of the wire`);
    session.reply("RPL_INFO", `Online since ${state.started.toUTCString()}`);
    session.reply("RPL_ENDOFINFO", "End of /INFO list");
  }),
  ADMIN: query((state, session) => {
    session.reply("RPL_ADMINME", state.info.name, "Administrative info");
    session.reply("RPL_ADMINLOC1", state.info.network);
    session.reply("RPL_ADMINLOC2", "Toucan chat server");
    session.reply("RPL_ADMINEMAIL", "No contact address is configured");
  }),
  LINKS: {
    run(state, session, { params }) {
      const { name, network } = state.info;
      const mask = params.at(-1) || "*";
      if (matchesMask(mask, name)) session.reply("RPL_LINKS", name, name, `0 ${network}`);
      session.reply("RPL_ENDOFLINKS", printable(mask), "End of /LINKS list");
    },
  },
  STATS: {
    needs: 1,
    run(state, session, { params: [query = "", target] }) {
      if (!requireThisServer(state, session, target)) return;
      if (query === "u") session.reply("RPL_STATSUPTIME", uptime(state));
      session.reply("RPL_ENDOFSTATS", printable(query), "End of /STATS report");
    },
  },
  SUMMON: { run: (_, session) => session.reply("ERR_SUMMONDISABLED", "SUMMON has been disabled") },
  USERS: { run: (_, session) => session.reply("ERR_USERSDISABLED", "USERS has been disabled") },
};

function uptime({ started }: ChatState): string {
  const up = seconds() - Math.floor(started.getTime() / 1000);
  const two = (value: number) => `${Math.floor(value)}`.padStart(2, "0");
  return `Server Up ${Math.floor(up / DAY)} days ${Math.floor(up % DAY / HOUR)}:${two(up % HOUR / 60)}:${two(up % 60)}`;
}

/** Sends the numbers of clients and channels. */
export function lusers(state: ChatState, session: Session): void {
  const { registered, unregistered, channels, maxRegistered, userModes } = state;
  const invisible = userModes.count("i");
  session.reply(
    "RPL_LUSERCLIENT",
    `There are ${registered - invisible} users and ${invisible} invisible on 1 servers`,
  );
  session.reply("RPL_LUSEROP", `${userModes.count("o")}`, "operator(s) online");
  session.reply("RPL_LUSERUNKNOWN", `${unregistered.size}`, "unknown connection(s)");
  session.reply("RPL_LUSERCHANNELS", `${channels.size}`, "channels formed");
  session.reply("RPL_LUSERME", `I have ${registered} clients and 0 servers`);
  session.reply(
    "RPL_LOCALUSERS",
    `${registered}`,
    `${maxRegistered}`,
    `Current local users ${registered}, max ${maxRegistered}`,
  );
  session.reply(
    "RPL_GLOBALUSERS",
    `${registered}`,
    `${maxRegistered}`,
    `Current global users ${registered}, max ${maxRegistered}`,
  );
}

/** Sends the message of the day. */
export function motd(state: ChatState, session: Session): void {
  if (state.info.motd === undefined) return session.reply("ERR_NOMOTD", "MOTD File is missing");
  session.reply("RPL_MOTDSTART", `- ${state.info.name} Message of the day -`);
  for (const line of state.info.motd.split("\n")) {
    for (const part of wrapWords(line.split(" "), MOTD_BYTES)) session.reply("RPL_MOTD", `- ${part}`);
  }
  session.reply("RPL_ENDOFMOTD", "End of /MOTD command");
}
