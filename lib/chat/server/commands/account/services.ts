import { NICKSERV } from "../../services/nickserv.ts";
import type { ChatCommand, ChatCommands } from "../command.ts";

const NICKSERV_COMMAND: ChatCommand = {
  cost: 4,
  run: (state, session, { params }) => NICKSERV.run(state, session, params.join(" ")),
};

/** Commands for services; clients send them for `/ns` and `/nickserv`. */
export const SERVICES: ChatCommands = { NS: NICKSERV_COMMAND, NICKSERV: NICKSERV_COMMAND };
