import { LoginLimit } from "../../core/mod.ts";
import type { History } from "../history/history.ts";
import type { NetworkLog } from "../server/network_log.ts";
import type { ChatLimits } from "../server/options.ts";
import { CommitQueue } from "../server/send/commit_queue.ts";
import type { ServerInfo } from "../server/server_info.ts";
import { ChatState } from "../server/state.ts";
import { NetworkAccounts } from "./accounts/network_accounts.ts";
import { Replica } from "./replica.ts";

/** Creates a replica without clients of its own, and its state, whose lines go to a history. */
export function detachedReplica(info: ServerInfo, limits: ChatLimits, history: History) {
  const commits = new CommitQueue(history, { paused: () => {}, failed: () => {} });
  const accounts = new NetworkAccounts({
    add: () => Promise.resolve(undefined),
    update: () => Promise.resolve(undefined),
    read: () => Promise.resolve(undefined),
    watch: () => Promise.resolve(),
  });
  // What clients have done before is not counted again.
  const state = new ChatState({ ...info, logins: new LoginLimit() }, limits, history, commits, accounts);
  const own = { find: () => undefined, has: () => false, applied: () => {}, gone: () => {} };
  const replica = new Replica(state, own, accounts);
  const log: NetworkLog = {
    get applying() {
      return replica.applying;
    },
    available: false,
    before: () => undefined,
    write: () => false,
    enter: () => {},
    grantOperator: () => {},
    logIn: () => Promise.resolve(),
    shareAccount: () => Promise.resolve(false),
    share: () => false,
    quit: () => {},
    close: () => Promise.resolve(),
  };
  state.network = log;
  return { replica, state };
}
