import { LoginLimit } from "../../../core/mod.ts";

/**
 * Limits failed logins to accounts: of one address as everywhere, and to one account from all addresses, since guesses
 * may come from many. A locked account cannot be logged in to by password for a minute; by certificate it can.
 */
export class LoginGuard {
  readonly #addresses: LoginLimit;
  readonly #accounts = new LoginLimit({ burst: 30, interval: 60_000 });

  readonly #changes = new LoginLimit({ burst: 5, interval: 60_000 });

  readonly #onFailed: (peer: string, account: string | undefined) => void;

  /** Counts the failures of addresses with those of other logins; `onFailed` is called with each failure here. */
  constructor(addresses: LoginLimit, onFailed: (peer: string, account: string | undefined) => void = () => {}) {
    this.#addresses = addresses;
    this.#onFailed = onFailed;
  }

  /** Returns the milliseconds until an address may try to log in to an account. */
  wait(peer: string, account: string): number {
    return Math.max(this.#addresses.wait(peer), this.#accounts.wait(`account ${account}`));
  }

  /** Counts a change of a password, which takes time of a processor; returns false when there were too many. */
  countChange(account: string): boolean {
    if (this.#changes.wait(`account ${account}`) > 0) return false;
    this.#changes.failed(`account ${account}`);
    return true;
  }

  /** Counts a failed login to an account, or by another password. */
  failed(peer: string, account?: string): void {
    this.#addresses.failed(peer);
    this.#countAccount(account);
    this.#onFailed(peer, account);
  }

  /** Counts a failed login at another server of the network. */
  count(peer: string | undefined, account: string | undefined): void {
    // A server that starts reads the failures of several minutes at once: they do not add up to a long wait.
    if (peer !== undefined && this.#addresses.wait(peer) === 0) this.#addresses.failed(peer);
    this.#countAccount(account);
  }

  #countAccount(account: string | undefined): void {
    if (account === undefined) return;
    // Guesses that were in progress at the limit do not lock the account for longer: that would help who wants it locked.
    if (this.#accounts.wait(`account ${account}`) === 0) this.#accounts.failed(`account ${account}`);
  }
}
