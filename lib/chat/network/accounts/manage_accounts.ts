import type { Account } from "../../account/account.ts";
import { Accounts } from "../../account/accounts.ts";
import type { ChatAccounts } from "../../account/open_accounts.ts";
import type { Broker } from "../broker.ts";
import { encodeBatch, EVENT_VERSION } from "../codec/batch.ts";
import { newServerId } from "../server_id.ts";
import { eventOf } from "./account_event.ts";
import { NetworkAccounts } from "./network_accounts.ts";

/** Returns the accounts at the brokers of a network, for a program that is not one of its servers. */
export async function manageAccounts(broker: Broker): Promise<ChatAccounts> {
  const store = new NetworkAccounts(broker.accounts, { logged: false });
  await store.load();
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
