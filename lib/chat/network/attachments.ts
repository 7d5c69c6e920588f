import type { SystemError } from "../../core/mod.ts";
import type { NetworkLog } from "../server/network_log.ts";
import type { ChatState } from "../server/state.ts";
import type { ChatNetwork } from "./chat_network.ts";

/** Makes a server a member of a network; `failed` is called when it cannot be one any more. */
export type Attach = (state: ChatState, failed: (error: SystemError) => void) => NetworkLog;

/** Functions that make servers members of networks; a server alone loads none of them. */
export const ATTACHMENTS: WeakMap<ChatNetwork, Attach> = new WeakMap();
