import { MODE_FLAGS, MODE_KINDS, USER_MODES } from "../../../codec/modes.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { lusers, motd } from "./server_info.ts";
import { sendSupport } from "./isupport.ts";

/** Sends the replies that follow a registration. */
export function welcome(state: ChatState, session: Session): void {
  const { name, network, version } = state.info;
  const { list, always, whenSet, member } = MODE_KINDS;
  const withParam = list + always + whenSet + member;
  session.reply("RPL_WELCOME", `Welcome to the ${network} Network, ${session.mask}`);
  session.reply("RPL_YOURHOST", `Your host is ${name}, running version ${version}`);
  session.reply("RPL_CREATED", `This server was created ${state.started.toUTCString()}`);
  session.reply("RPL_MYINFO", name, version, USER_MODES, MODE_FLAGS + withParam, withParam);
  sendSupport(state, session);
  lusers(state, session);
  motd(state, session);
}
