import { FileHistory } from "../history/file_history.ts";
import type { Account, AccountBan } from "./account.ts";
import { Accounts } from "./accounts.ts";

/** Accounts in a history file. Each change is on disk when its promise resolves, or its call returns. */
export interface ChatAccounts extends Disposable {
  /** Returns all accounts, by name. */
  list(): Iterable<Account>;
  /**
   * Adds an account with a password of 8 characters to 300 bytes.
   *
   * Rejects with {@link UsageError} `invalid-account`, `weak-password`, `invalid-password`; with {@link NegativeError}
   * `account-exists`, `account-similar` when its name looks like that of another one; with {@link SystemError}
   * `history-busy`, `disk-full`, `history-unusable`.
   */
  add(name: string, password: string): Promise<Account>;
  /** Sets the password of an account; rejects as `add` does, with `account-missing` when it does not exist. */
  setPassword(name: string, password: string): Promise<Account>;
  /**
   * Bans an account; a server that uses the file disconnects its users.
   *
   * Throws {@link NegativeError} `account-missing`, or the errors of the file.
   */
  ban(name: string, ban: AccountBan): Account;
  /** Lifts the ban of an account; throws as `ban` does. */
  unban(name: string): Account;
  /**
   * Deletes an account, for good: its name cannot be registered again. A server that uses the file disconnects its users and
   * releases its channels. Throws as `ban` does.
   */
  delete(name: string): Account;
}

/**
 * Opens the accounts in the history file of a chat server, also while the server uses it. A missing file is created.
 *
 * Permissions: `--allow-read` and `--allow-write` of the file, and of its name with `-wal`, `-shm` and `-journal` appended.
 *
 * @param path Path of the history file.
 * @returns The accounts; dispose of them to close the file.
 * @throws {SystemError} `history-unusable` when the file is not a chat history, or cannot be opened.
 * @example Add an account
 * ```ts
 * import { openChatAccounts } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * using accounts = openChatAccounts(":memory:");
 * await accounts.add("ann", "correct horse");
 * assertEquals([...accounts.list()].map(({ name }) => name), ["ann"]);
 * ```
 */
export function openChatAccounts(path: string): ChatAccounts {
  const history = new FileHistory(path);
  const accounts = new Accounts(history.accounts);
  const saved = (account: Account) => {
    history.commit();
    return account;
  };
  return {
    list: () => accounts.list(),
    add: async (name, password) => saved(await accounts.add(name, password)),
    setPassword: async (name, password) => saved(await accounts.setPassword(name, password)),
    ban: (name, ban) => saved(accounts.ban(name, ban)),
    unban: (name) => saved(accounts.unban(name)),
    delete: (name) => saved(accounts.delete(name)),
    [Symbol.dispose]: () => history[Symbol.dispose](),
  };
}
