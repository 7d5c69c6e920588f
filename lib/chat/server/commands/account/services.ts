import { CHANSERV } from "../../services/chanserv.ts";
import { NICKSERV } from "../../services/nickserv.ts";
import type { ChatService } from "../../services/service.ts";
import type { ChatCommand, ChatCommands } from "../command.ts";

const [CHANSERV_COMMAND, NICKSERV_COMMAND] = [commandFor(CHANSERV), commandFor(NICKSERV)];

/** Commands for services; clients send them for `/ns`, `/nickserv`, `/cs` and `/chanserv`. */
export const SERVICES: ChatCommands = {
  CHANSERV: CHANSERV_COMMAND,
  CS: CHANSERV_COMMAND,
  NICKSERV: NICKSERV_COMMAND,
  NS: NICKSERV_COMMAND,
};

function commandFor(service: ChatService): ChatCommand {
  return {
    cost: 4,
    shared: (params) => service.shared(params.join(" ")),
    run: (state, session, { params }) => service.run(state, session, params.join(" ")),
  };
}
