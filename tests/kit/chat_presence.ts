import type { History } from "../../lib/chat/history/history.ts";
import { MemoryHistory } from "../../lib/chat/history/memory_history.ts";
import type { ServerInfo } from "../../lib/chat/server/server_info.ts";
import type { ChatState } from "../../lib/chat/server/state.ts";
import { cheapAccounts } from "./chat_accounts.ts";
import { chatStage, type StagedClient } from "./chat_stage.ts";

/** A server without sockets whose clients have accounts. */
export interface PresenceStage {
  /** State of the server. */
  readonly state: ChatState;
  /** Registers a client that is logged in to the account of its nickname, unless another one is given. */
  come(nick: string, caps?: string, account?: string): Promise<StagedClient>;
  /** Registers a client without an account. */
  guest(nick: string, caps?: string): Promise<StagedClient>;
}

/** Creates a server without sockets with these accounts; those of a history that was used before exist already. */
export async function presenceStage(
  names: readonly string[],
  info: Partial<ServerInfo> = {},
  history: History = new MemoryHistory(),
): Promise<PresenceStage> {
  const accounts = cheapAccounts(history.accounts);
  for (const name of names) if (!accounts.find(name)) await accounts.add(name, "correct horse");
  const { state, come } = chatStage(info, history);
  state.presences?.restore();
  const enter = async (nick: string, caps: string, account?: string) => {
    const client = come();
    await client.say(`CAP REQ :${caps}`);
    client.session.account = account;
    for (const line of [`NICK ${nick}`, `USER ${nick} 0 * :${nick}`, "CAP END"]) await client.say(line);
    return client;
  };
  return {
    state,
    come: (nick, caps = "", account = nick) => enter(nick, caps, account),
    guest: (nick, caps = "") => enter(nick, caps),
  };
}
