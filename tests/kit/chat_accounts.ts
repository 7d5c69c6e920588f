import { plainMessage } from "../../lib/core/sasl/plain.ts";
import { FileHistory } from "../../lib/chat/history/file_history.ts";
import { withFolder } from "./folder.ts";
import { RawIrc } from "./irc.ts";
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

/** Password of all accounts of {@link withAccounts}. */
export const PASSWORD = "correct horse";

/** Runs a test with a history file that has accounts with cheap passwords. */
export async function withAccounts(names: readonly string[], work: (history: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    await addAccounts(path, names);
    await work(path);
  });
}

/** Adds accounts to a history file, as another program does while a server uses it. */
export async function addAccounts(path: string, names: readonly string[]): Promise<void> {
  using history = new FileHistory(path);
  const accounts = cheapAccounts(history.accounts);
  for (const name of names) await accounts.add(name, PASSWORD);
}

/** Lines that log in by SASL PLAIN. */
export function saslPlain(name: string, password: string = PASSWORD): string[] {
  const chunks = plainMessage(name, password).match(/.{1,400}/g) ?? [];
  return ["AUTHENTICATE PLAIN", ...chunks.map((chunk) => `AUTHENTICATE ${chunk}`)];
}

/** Connects, logs in by SASL PLAIN, and registers. */
export async function loggedIn(addr: string, nick: string, ...caps: readonly string[]): Promise<RawIrc> {
  const client = await RawIrc.open(addr);
  await client.say(`CAP REQ :${["sasl", ...caps].join(" ")}`, `NICK ${nick}`, `USER ${nick} 0 * :${nick}`);
  await client.say(...saslPlain(nick), "CAP END");
  await client.hears(/ (?:376|422) /);
  return client;
}
