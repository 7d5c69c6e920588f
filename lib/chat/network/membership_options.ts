import type { SystemError } from "../../core/mod.ts";
import type { NetworkAccounts } from "./accounts/network_accounts.ts";
import type { ChatLogRetention, ChatNetworkEvent } from "./chat_network.ts";

/** Options and callbacks of a membership. */
export interface MembershipOptions {
  /** Accounts of the network. */
  readonly accounts: NetworkAccounts;
  /** Number of events between two snapshots. */
  readonly snapshotEvents: number;
  /** Limits of the log. */
  readonly retention: ChatLogRetention;
  /** Called when this server cannot take part in the network any more. */
  failed(error: SystemError): void;
  /** Called with each event. */
  onEvent(event: ChatNetworkEvent): void;
}
