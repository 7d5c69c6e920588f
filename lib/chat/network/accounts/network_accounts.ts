import { NegativeError } from "../../../core/mod.ts";
import { sha256 } from "../../../deps/node/hmac.ts";
import type { Account, AccountStore } from "../../account/account.ts";
import { readAccount } from "../../account/file_accounts.ts";
import { readAccountName } from "../../codec/account_name.ts";
import type { AccountTable, TableRecord } from "./account_table.ts";

/** Attempts to change an account that others change at the same time. */
const MAX_ATTEMPTS = 10;
/** Time after which an account that the log does not have is written to it by any server. */
const UNLOGGED_MS = 2000;

/** Account with the revision of its record. */
interface StoredAccount {
  readonly account: Account;
  readonly revision: number;
}

/**
 * Accounts of a network. Their records, with the hashes of the passwords, are in a table at the brokers, under a key
 * made of the skeleton: of two registrations at the same time, of one name or of names that look alike, the second
 * fails. Which accounts exist is said by the log, so that nicknames are reserved at the same place of it on all servers.
 */
export class NetworkAccounts implements AccountStore {
  readonly #table: AccountTable;
  readonly #logged: boolean;
  readonly #records = new Map<string, StoredAccount>();
  readonly #skeletons = new Map<string, string>();
  readonly #certificates = new Map<string, string>();
  /** Names in the log, by their keys. */
  readonly #names = new Map<string, string>();
  /** Keys of accounts that the log has deleted. */
  readonly #deleted = new Set<string>();
  /** Accounts that differ from the log, with the time at which their record was seen. */
  readonly #unlogged = new Map<string, number>();
  readonly #awaited = new Map<string, PromiseWithResolvers<void>>();
  #changes = 0;

  /** Uses a table; without `logged` all accounts of the table exist. */
  constructor(table: AccountTable, { logged = true }: { readonly logged?: boolean } = {}) {
    this.#table = table;
    this.#logged = logged;
  }

  /** Reads all records; they are kept up to date. */
  async load(): Promise<void> {
    await this.#table.watch((record) => this.#read(record));
  }

  /** Number of accounts. */
  get size(): number {
    return this.#records.size;
  }

  /** Names in the log, by their keys. */
  get names(): ReadonlyMap<string, string> {
    return this.#names;
  }

  /** Keys of the accounts that the log has deleted. */
  get deleted(): ReadonlySet<string> {
    return this.#deleted;
  }

  /** Records that the log has an account, which does not bring back a deleted one. */
  log(key: string, name: string): void {
    if (!this.#names.has(key) && !this.#deleted.has(key)) this.#names.set(key, name);
    this.#settle(key);
  }

  /** Records that the log has deleted an account; returns its name. */
  logDeletion(key: string): string | undefined {
    const name = this.#names.get(key);
    this.#names.delete(key);
    this.#deleted.add(key);
    this.#settle(key);
    return name;
  }

  /** Resolves when the log has what the record of an account says. */
  async logged(key: string): Promise<void> {
    if (!this.#differs(key)) return;
    const awaited = this.#awaited.get(key) ?? Promise.withResolvers<void>();
    this.#awaited.set(key, awaited);
    await awaited.promise;
  }

  /**
   * Returns accounts whose registration or deletion should be in the log for some time and is not: the server that made
   * the change could not write it. Each is returned once in that time.
   */
  missing(now: number): readonly Account[] {
    const late: Account[] = [];
    for (const [key, since] of this.#unlogged) {
      const known = this.#records.get(key);
      if (!known || now - since < UNLOGGED_MS) continue;
      this.#unlogged.set(key, now);
      late.push(known.account);
    }
    return late;
  }

  /** Returns an account by its key. */
  get(key: string): Account | undefined {
    const account = this.#records.get(key)?.account;
    if (!this.#logged) return account;
    const name = this.#names.get(key);
    if (name === undefined) return undefined;
    // It exists, and cannot be logged in to: its record comes later than the event, or was deleted before the event.
    return account && account.deleted === undefined
      ? account
      : { key, name, skeleton: "", created: 0, certificates: [] };
  }

  /** Returns the account that a certificate logs in to. */
  byCertificate(fingerprint: string): Account | undefined {
    const key = this.#certificates.get(fingerprint);
    return key === undefined ? undefined : this.get(key);
  }

  /** Returns the account whose name looks like another one. */
  bySkeleton(skeleton: string): Account | undefined {
    const key = this.#skeletons.get(skeleton);
    return key === undefined ? undefined : this.#records.get(key)?.account;
  }

  /** Adds an account; resolves to false when there is one with its key, or one that looks like it. */
  async add(account: Account): Promise<boolean> {
    const place = placeOf(account.skeleton);
    const revision = await this.#table.add(place, JSON.stringify(account));
    if (revision !== undefined) {
      this.#take({ account, revision });
      return true;
    }
    this.#read(await this.#table.read(place));
    return false;
  }

  /** Changes an account; again when another program has changed it meanwhile. */
  async update(key: string, change: (account: Account) => Account): Promise<Account | undefined> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const known = this.#records.get(key);
      if (!known) return undefined;
      const account = change(known.account);
      const place = placeOf(known.account.skeleton);
      const revision = await this.#table.update(place, JSON.stringify(account), known.revision);
      if (revision !== undefined) {
        this.#take({ account, revision });
        return account;
      }
      this.#read(await this.#table.read(place));
    }
    throw new NegativeError("cannot change the account: others change it at the same time", { code: "accounts-busy" });
  }

  /** Returns all accounts, by their keys. */
  list(): Account[] {
    return [...this.#records.values()].map(({ account }) => account).sort((one, other) => one.key < other.key ? -1 : 1);
  }

  /** Returns the number of changes so far. */
  version(): number {
    return this.#changes;
  }

  #read(record: TableRecord | undefined): void {
    const account = record && readAccount(record.text);
    const name = account && readAccountName(account.name);
    // A record that no server can have written.
    if (!record || !account || typeof name !== "object" || name.key !== account.key) return;
    this.#take({ account, revision: record.revision });
  }

  #take({ account, revision }: StoredAccount): void {
    const { key, skeleton, certificates } = account;
    const before = this.#records.get(key);
    if (before && before.revision >= revision) return;
    this.#records.set(key, { account, revision });
    this.#skeletons.set(skeleton, key);
    for (const one of before?.account.certificates ?? []) {
      if (this.#certificates.get(one) === key) this.#certificates.delete(one);
    }
    for (const one of certificates) if (!this.#certificates.has(one)) this.#certificates.set(one, key);
    this.#changes++;
    if (this.#differs(key) && !this.#unlogged.has(key)) this.#unlogged.set(key, performance.now());
  }

  /** Returns whether the log and the record of an account differ about its existence. */
  #differs(key: string): boolean {
    const account = this.#records.get(key)?.account;
    if (!this.#logged || !account) return false;
    return account.deleted === undefined ? !this.#names.has(key) : !this.#deleted.has(key);
  }

  #settle(key: string): void {
    this.#changes++;
    if (this.#differs(key)) return;
    this.#unlogged.delete(key);
    this.#awaited.get(key)?.resolve();
    this.#awaited.delete(key);
  }
}

/** Returns the key of a record: brokers limit the characters of keys. */
function placeOf(skeleton: string): string {
  return sha256(new TextEncoder().encode(skeleton)).toHex();
}
