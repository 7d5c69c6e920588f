import type { SystemError } from "../../core/mod.ts";
import type { NetworkLog } from "../server/network_log.ts";
import type { ChatState } from "../server/state.ts";
import type { AccountStore } from "../account/account.ts";
import type { FileHistory } from "../history/file_history.ts";
import type { History } from "../history/history.ts";
import type { ChatNetwork } from "./chat_network.ts";

/** Network that a server can become a member of. */
export interface Attachment {
  /** Accounts of the network. */
  readonly accounts: AccountStore;
  /**
   * Returns a history that is kept in a file; `report` gets failures to write it, and undefined when it can be written
   * again.
   */
  cache(file: FileHistory, report: (error?: SystemError) => void): History;
  /** Makes a server a member; `failed` is called when it cannot be one any more. */
  attach(state: ChatState, failed: (error: SystemError) => void): NetworkLog;
}

/** Networks that servers can become members of; a server alone loads nothing of them. */
export const ATTACHMENTS: WeakMap<ChatNetwork, Attachment> = new WeakMap();
