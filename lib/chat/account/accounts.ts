import { NegativeError, showUntrusted, UsageError } from "../../core/mod.ts";
import { hmacSha256 } from "../../deps/node/hmac.ts";
import type { ScramCredentials } from "../../core/sasl/scram_server.ts";
import { readAccountName } from "../codec/account_name.ts";
import { type Account, type AccountBan, type AccountStore, isBanned } from "./account.ts";
import { HashLimit } from "./hash_limit.ts";
import { hashPassword, isPassword, PASSWORD_COST, type PasswordCost, readScram } from "./password.ts";
import { skeletonOf } from "./skeleton.ts";

/** Outcome of a login: the account, or why there is none. */
export type LoginResult = Account | "wrong" | "busy";

/** Account after a change: at once, or in a network when the brokers have stored it. */
type Changed = Account | Promise<Account>;

/** Limit of accounts of a server. */
const MAX_ACCOUNTS = 100_000;
/** Certificates of one account. */
const MAX_CERTIFICATES = 10;
/** Length of a password: at least as many characters as NIST SP 800-63B requires, at most what an IRC line holds. */
const [MIN_PASSWORD_CHARS, MAX_PASSWORD_BYTES] = [8, 300];
/**
 * Passwords that are hashed at once, each with 32 MiB and one core, and that wait for it. One core is left for the
 * server: after a restart with many clients, the others are logged in at about 7 per second and core.
 */
const HASHES_AT_ONCE = Math.min(Math.max(2, navigator.hardwareConcurrency - 1), 8);
const HASHES_WAITING = 1000;
/** Passwords that are known to be right. */
const MAX_PROVED = 10_000;

/** Accounts of a server: names, passwords, certificates and bans, over a storage. */
export class Accounts {
  readonly #store: AccountStore;
  readonly #cost: PasswordCost;
  readonly #limit = new HashLimit(HASHES_AT_ONCE, HASHES_WAITING);
  /** Key of what exists only in this process: made-up salts, and which passwords were right. */
  readonly #secret = crypto.getRandomValues(new Uint8Array(32));
  readonly #proved = new Map<string, string>();
  #unknown?: Promise<string>;

  /** Uses a storage. */
  constructor(store: AccountStore, cost: PasswordCost = PASSWORD_COST) {
    this.#store = store;
    this.#cost = cost;
  }

  /** Number that differs after another program has changed the accounts. */
  get version(): number {
    return this.#store.version();
  }

  /** Returns an account by its name, in any form of writing it. */
  find(name: string): Account | undefined {
    const read = readAccountName(name);
    const account = typeof read === "string" ? undefined : this.#store.get(read.key);
    return account?.deleted === undefined ? account : undefined;
  }

  /** Returns the account that a client certificate logs in to. */
  byCertificate(fingerprint: string): Account | undefined {
    return this.#store.byCertificate(fingerprint);
  }

  /** Returns all accounts, by name. */
  list(): readonly Account[] {
    return [...this.#store.list()].filter(({ deleted }) => deleted === undefined);
  }

  /**
   * Adds an account with a password.
   *
   * @throws {UsageError} `invalid-account`, `weak-password`, `invalid-password`.
   * @throws {NegativeError} `account-exists`, `account-similar` when its name looks like that of another one,
   *   `too-many-accounts`, `accounts-busy`.
   */
  async add(text: string, password: string): Promise<Account> {
    const read = readAccountName(text);
    if (typeof read === "string") {
      throw new UsageError(`invalid account name "${shown(text)}": ${read}`, { code: "invalid-account" });
    }
    const { name, key } = read;
    checkPassword(password);
    const skeleton = await skeletonOf(key);
    this.#checkFree(name, key, skeleton);
    const hashes = await this.#hash(password);
    const account: Account = { key, name, skeleton, created: Date.now(), certificates: [], ...hashes };
    if (await this.#store.add(account)) return account;
    // Another one has been added meanwhile.
    this.#checkFree(name, key, skeleton);
    throw notAdded(name, "account-exists", "it exists");
  }

  #checkFree(name: string, key: string, skeleton: string): void {
    const similar = this.#store.bySkeleton(skeleton);
    const known = similar?.key === key ? similar : this.#store.get(key);
    if (known) throw notAdded(name, "account-exists", known.deleted === undefined ? "it exists" : "it existed before");
    if (similar) {
      throw notAdded(name, "account-similar", `the name looks like that of account ${shown(similar.name)}`);
    }
    if (this.#store.size >= MAX_ACCOUNTS) {
      throw notAdded(name, "too-many-accounts", `there are ${MAX_ACCOUNTS} accounts`);
    }
  }

  /**
   * Sets the password of an account.
   *
   * @throws {UsageError} `weak-password`, `invalid-password`.
   * @throws {NegativeError} `account-missing`, `accounts-busy`.
   */
  async setPassword(name: string, password: string): Promise<Account> {
    checkPassword(password);
    this.#require(name);
    const hashes = await this.#hash(password);
    return await this.#update(name, (account) => ({ ...account, ...hashes }));
  }

  /** Sets whether the user of an account stays without clients. @throws {NegativeError} `account-missing`. */
  setAlwaysOn(name: string, alwaysOn: boolean | undefined): Changed {
    return this.#update(name, (account) => ({ ...account, alwaysOn }));
  }

  /**
   * Deletes an account: its password, keys, certificates and settings. Its name cannot be registered again, since that
   * would give its private conversations to another user.
   *
   * @throws {NegativeError} `account-missing`.
   */
  delete(name: string): Changed {
    return this.#update(name, ({ key, name, skeleton, created }) => ({
      ...{ key, name, skeleton, created },
      ...{ certificates: [], deleted: Date.now() },
    }));
  }

  /** Bans an account. @throws {NegativeError} `account-missing`. */
  ban(name: string, ban: AccountBan): Changed {
    return this.#update(name, (account) => ({ ...account, ban }));
  }

  /** Lifts the ban of an account. @throws {NegativeError} `account-missing`. */
  unban(name: string): Changed {
    return this.#update(name, (account) => ({ ...account, ban: undefined }));
  }

  /**
   * Adds a client certificate, by the SHA-256 of its DER form in hex.
   *
   * @throws {NegativeError} `account-missing`; `certificate-in-use` when it logs in to another account;
   *   `too-many-certificates`.
   */
  addCertificate(name: string, fingerprint: string): Changed {
    const { key } = this.#require(name);
    const fail = (code: string, why: string) => {
      throw new NegativeError(`cannot add a certificate to account ${shown(name)}: ${why}`, { code });
    };
    const holder = this.byCertificate(fingerprint);
    if (holder && holder.key !== key) fail("certificate-in-use", "another account has it");
    return this.#update(name, (account) => {
      const certificates = [...new Set([...account.certificates, fingerprint])];
      if (certificates.length > MAX_CERTIFICATES) fail("too-many-certificates", `it has ${MAX_CERTIFICATES}`);
      return { ...account, certificates };
    });
  }

  /** Removes a client certificate. @throws {NegativeError} `account-missing`. */
  removeCertificate(name: string, fingerprint: string): Changed {
    return this.#update(name, (account) => {
      return { ...account, certificates: account.certificates.filter((one) => one !== fingerprint) };
    });
  }

  /**
   * Returns the account that a name and a password log in to, also a banned one. The time does not tell whether the
   * account exists. Logins wait for their turn, those from different origins, such as addresses, alternately.
   */
  async login(name: string, password: string, origin?: string): Promise<LoginResult> {
    const account = this.find(name);
    const stored = account?.password;
    const mark = stored === undefined ? "" : hmacSha256(this.#secret, `${stored}\0${password}`).toBase64();
    // Clients that reconnect all at once after a failure of the network are not delayed.
    if (account && stored !== undefined && this.#proved.get(account.key) === mark) return account;
    if (new TextEncoder().encode(password).length > MAX_PASSWORD_BYTES) return "wrong";
    const unknown = stored ??
      await (this.#unknown ??= hashPassword(crypto.randomUUID(), { ...this.#cost, iterations: 1 })
        .then((hashes) => hashes.password));
    const right = await this.#limit.run(() => isPassword(password, stored ?? unknown), origin);
    if (right === undefined) return "busy";
    if (!right || !account || stored === undefined) return "wrong";
    this.#proved.delete(account.key);
    this.#proved.set(account.key, mark);
    const [oldest] = this.#proved.keys();
    if (this.#proved.size > MAX_PROVED && oldest !== undefined) this.#proved.delete(oldest);
    return account;
  }

  /** Returns the keys of an account for SCRAM; made-up ones for an account that does not exist, or has none. */
  scram(name: string): ScramCredentials {
    const read = readAccountName(name);
    const known = typeof read === "string" ? undefined : readScram(this.#store.get(read.key)?.scram);
    if (known) return known;
    const made = (what: string) => hmacSha256(this.#secret, `${what} ${typeof read === "string" ? name : read.key}`);
    return {
      iterations: this.#cost.iterations,
      salt: made("salt").slice(0, 16),
      keys: { stored: made("stored"), server: made("server") },
    };
  }

  async #hash(password: string) {
    const hashes = await this.#limit.run(() => hashPassword(password, this.#cost));
    if (!hashes) throw new NegativeError("too many logins at this time", { code: "accounts-busy" });
    return hashes;
  }

  #require(name: string): Account {
    const account = this.find(name);
    if (!account) throw missing(name);
    return account;
  }

  #update(name: string, change: (account: Account) => Account): Changed {
    const changed = this.#store.update(this.#require(name).key, change);
    if (changed instanceof Promise) {
      return changed.then((account) => account ?? Promise.reject(missing(name)));
    }
    if (!changed) throw missing(name);
    return changed;
  }
}

/** Returns whether a banned account may not log in now, and the reason to show. */
export function banOf(account: Account, now: number = Date.now()): string | undefined {
  return isBanned(account, now) ? account.ban?.reason ?? "no reason given" : undefined;
}

function notAdded(name: string, code: string, why: string): NegativeError {
  return new NegativeError(`cannot add account ${shown(name)}: ${why}`, { code, operation: "account" });
}

function missing(name: string): NegativeError {
  return new NegativeError(`account ${shown(name)} does not exist`, { code: "account-missing", operation: "account" });
}

function shown(name: string): string {
  return showUntrusted(name, { limit: 60 });
}

/**
 * Rejects a password that is not acceptable.
 *
 * @throws {UsageError} `weak-password`, `invalid-password`.
 */
function checkPassword(password: string): void {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (/[\x00-\x1f\x7f]/.test(password)) {
    throw new UsageError("invalid password: control characters are not allowed", { code: "invalid-password" });
  }
  if (new TextEncoder().encode(password).length > MAX_PASSWORD_BYTES) {
    throw new UsageError(`invalid password: at most ${MAX_PASSWORD_BYTES} bytes`, { code: "invalid-password" });
  }
  if ([...password].length < MIN_PASSWORD_CHARS) {
    throw new UsageError(`invalid password: at least ${MIN_PASSWORD_CHARS} characters`, { code: "weak-password" });
  }
}
