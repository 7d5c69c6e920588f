import { Accounts } from "../../lib/chat/account/accounts.ts";
import type { AccountStore } from "../../lib/chat/account/account.ts";
import { MemoryAccounts } from "../../lib/chat/account/memory_accounts.ts";
import type { PasswordCost } from "../../lib/chat/account/password.ts";

/** Cost of passwords that makes tests fast. */
export const CHEAP: PasswordCost = {
  scrypt: { log2N: 4, blockSize: 1, parallelization: 1 },
  iterations: 4096,
};

/** Returns accounts with cheap passwords, over memory unless a store is given. */
export function cheapAccounts(store: AccountStore = new MemoryAccounts()): Accounts {
  return new Accounts(store, CHEAP);
}
