import { foldName, isNick } from "../../../codec/names.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { printable, wrapWords } from "../../text.ts";
import { COMMAND_LIMITS } from "../command_limits.ts";
import { type ChatCommands, splitList } from "../command.ts";

const LIST_BYTES = 400;

/** Notifications about nicknames (IRCv3 MONITOR). */
export const MONITOR: ChatCommands = {
  MONITOR: {
    own: true,
    needs: 1,
    cost: 2,
    run(state, session, { params: [action = "", names] }) {
      const nicks = splitList(names);
      switch (action.toUpperCase()) {
        case "+":
          if (nicks.length === 0) break;
          return add(state, session, nicks);
        case "-":
          if (nicks.length === 0) break;
          return nicks.forEach((nick) => state.monitors.remove(session, nick));
        case "C":
          return state.monitors.clear(session);
        case "L":
          for (const line of joined([...session.monitored.values()])) session.reply("RPL_MONLIST", line);
          return session.reply("RPL_ENDOFMONLIST", "End of MONITOR list");
        case "S":
          return sendStatus(state, session, [...session.monitored.values()]);
      }
      session.reply("ERR_NEEDMOREPARAMS", "MONITOR", "Not enough parameters");
    },
  },
};

function add(state: ChatState, session: Session, nicks: readonly string[]): void {
  const added: string[] = [];
  for (const [i, nick] of nicks.entries()) {
    if (!isNick(nick) || session.monitored.has(foldName(nick))) continue;
    if (session.monitored.size >= COMMAND_LIMITS.monitor) {
      const rest = nicks.slice(i).map(printable).join(",");
      session.reply("ERR_MONLISTFULL", `${COMMAND_LIMITS.monitor}`, rest, "Monitor list is full");
      break;
    }
    state.monitors.add(session, nick);
    added.push(nick);
  }
  sendStatus(state, session, added);
}

function sendStatus(state: ChatState, session: Session, nicks: readonly string[]): void {
  const online = nicks.flatMap((nick) => state.find(nick)?.mask ?? []);
  const offline = nicks.filter((nick) => !state.find(nick));
  for (const line of joined(online)) session.reply("RPL_MONONLINE", line);
  for (const line of joined(offline)) session.reply("RPL_MONOFFLINE", line);
}

/** Returns comma-separated lists, each within the limit of a line. */
function joined(words: readonly string[]): string[] {
  return wrapWords(words, LIST_BYTES).map((line) => line.replaceAll(" ", ","));
}
