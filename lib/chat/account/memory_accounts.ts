import type { Account, AccountStore } from "./account.ts";

/** Keeps accounts in memory, until the server stops. */
export class MemoryAccounts implements AccountStore {
  readonly #accounts = new Map<string, Account>();

  /** Number of accounts. */
  get size(): number {
    return this.#accounts.size;
  }

  /** Returns an account by its key. */
  get(key: string): Account | undefined {
    return this.#accounts.get(key);
  }

  /** Returns the account that a certificate logs in to. */
  byCertificate(fingerprint: string): Account | undefined {
    return this.#find(({ certificates }) => certificates.includes(fingerprint));
  }

  /** Returns the account whose name looks like another one. */
  bySkeleton(skeleton: string): Account | undefined {
    return this.#find((account) => account.skeleton === skeleton);
  }

  #find(wanted: (account: Account) => boolean): Account | undefined {
    for (const account of this.#accounts.values()) if (wanted(account)) return account;
  }

  /** Adds an account; returns false when there is one with its key, or one that looks like it. */
  add(account: Account): boolean {
    if (this.#accounts.has(account.key) || this.bySkeleton(account.skeleton)) return false;
    this.#accounts.set(account.key, account);
    return true;
  }

  /** Changes an account. */
  update(key: string, change: (account: Account) => Account): Account | undefined {
    const account = this.#accounts.get(key);
    if (!account) return undefined;
    const changed = change(account);
    this.#accounts.set(key, changed);
    return changed;
  }

  /** Returns all accounts, by their keys. */
  list(): Account[] {
    return [...this.#accounts.values()].sort((one, other) => one.key < other.key ? -1 : 1);
  }

  /** Returns 0: no other program can change them. */
  version(): number {
    return 0;
  }
}
