import type { Account } from "../../account/account.ts";
import { Accounts } from "../../account/accounts.ts";
import type { ChatAccounts } from "../../account/open_accounts.ts";
import { encodeBatch, EVENT_VERSION } from "../codec/batch.ts";
import { type ChatNetworkOptions, openBroker } from "../connect.ts";
import { eventOf } from "./account_event.ts";
import { NetworkAccounts } from "./network_accounts.ts";
import { newServerId } from "../server_id.ts";

/**
 * Opens the accounts of a network of chat servers, also while the servers run; they are created if necessary.
 *
 * Permissions: `--allow-net` for the brokers, and for those that they announce.
 *
 * @param servers Addresses of brokers of one cluster: `nats://[USER:PASSWORD@]HOST:PORT` or `tls://…`.
 * @returns The accounts; dispose of them to close the connection.
 * @throws {UsageError} `invalid-broker`, `invalid-network`.
 * @throws {NetworkError} `network-unavailable` when no broker can be reached, or JetStream is not enabled there.
 * @example Open the accounts of a broker that is not there
 * ```ts
 * import { NetworkError, openChatNetworkAccounts } from "../../../../mod.ts";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => openChatNetworkAccounts(["nats://127.0.0.1:1"], { timeout: 1000 }), NetworkError);
 * ```
 */
export function openChatNetworkAccounts(
  servers: readonly string[],
  options?: Omit<ChatNetworkOptions, "onEvent">,
): Promise<ChatAccounts>;
export async function openChatNetworkAccounts(
  servers: readonly string[],
  options: Omit<ChatNetworkOptions, "onEvent"> = {},
): Promise<ChatAccounts> {
  const broker = await openBroker(servers, options);
  const store = new NetworkAccounts(broker.accounts, { logged: false });
  try {
    await store.load();
  } catch (error) {
    await broker.close();
    throw error;
  }
  const accounts = new Accounts(store);
  const written = async (account: Account) => {
    const id = newServerId();
    const batch = { version: EVENT_VERSION, server: id, first: 0, time: Date.now(), events: [eventOf(account)] };
    // Should this fail, any server writes it.
    await broker.publish(id, encodeBatch(batch), id).catch(() => {});
    return account;
  };
  return {
    list: () => accounts.list(),
    add: async (name, password) => await written(await accounts.add(name, password)),
    setPassword: (name, password) => accounts.setPassword(name, password),
    ban: async (name, ban) => await accounts.ban(name, ban),
    unban: async (name) => await accounts.unban(name),
    delete: async (name) => await written(await accounts.delete(name)),
    [Symbol.asyncDispose]: () => broker.close(),
  };
}
