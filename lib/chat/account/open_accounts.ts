import { FileHistory } from "../history/file_history.ts";
import type { Account, AccountBan } from "./account.ts";
import { Accounts } from "./accounts.ts";

/** Accounts in a history file, or of a network. Each change is stored when its promise resolves. */
export interface ChatAccounts extends AsyncDisposable {
  /** Returns all accounts, by name. */
  list(): Iterable<Account>;
  /**
   * Adds an account with a password of 8 characters to 300 bytes.
   *
   * Rejects with {@link UsageError} `invalid-account`, `weak-password`, `invalid-password`; with {@link NegativeError}
   * `account-exists`, `account-similar` when its name looks like that of another one; with {@link SystemError}
   * `history-busy`, `disk-full`, `history-unusable`; in a network with {@link NetworkError} `network-unavailable`.
   */
  add(name: string, password: string): Promise<Account>;
  /** Sets the password of an account; rejects as `add` does, with `account-missing` when it does not exist. */
  setPassword(name: string, password: string): Promise<Account>;
  /**
   * Bans an account; servers disconnect its users. Rejects as `setPassword` does.
   */
  ban(name: string, ban: AccountBan): Promise<Account>;
  /** Lifts the ban of an account; rejects as `ban` does. */
  unban(name: string): Promise<Account>;
  /**
   * Deletes an account, for good: its name cannot be registered again. Servers disconnect its users and release its
   * channels. Rejects as `ban` does.
   */
  delete(name: string): Promise<Account>;
}

/** Accounts in a history file, which is closed at once. */
export interface ChatFileAccounts extends ChatAccounts, Disposable {}

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
export function openChatAccounts(path: string): ChatFileAccounts {
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
    ban: async (name, ban) => saved(await accounts.ban(name, ban)),
    unban: async (name) => saved(await accounts.unban(name)),
    delete: async (name) => saved(await accounts.delete(name)),
    [Symbol.dispose]: () => history[Symbol.dispose](),
    [Symbol.asyncDispose]: () => Promise.resolve(history[Symbol.dispose]()),
  };
}
