import { TokenBucket } from "../../../core/mod.ts";
import type { ChatLimits } from "../options.ts";
import type { SharedRate, SharedRates } from "./shared_rate.ts";

/** Rate limit of a client: its own, and those that it shares with others of its address and its account. */
export class LineRate {
  readonly #own: TokenBucket;
  readonly #rates: SharedRates;
  readonly #address?: SharedRate;
  #account?: SharedRate;
  #name?: string;

  /** Begins to count a client; `address` is empty for one of this machine. */
  constructor(limits: ChatLimits, rates: SharedRates, address: string) {
    this.#own = new TokenBucket(limits.burst, limits.rate);
    this.#rates = rates;
    if (address !== "") this.#address = rates.enter(`address ${address}`);
  }

  /** Counts a line of a client that is logged in to an account, or to none; returns the milliseconds to wait. */
  take(cost: number, account: string | undefined, now: number): number {
    if (account !== this.#name) this.#change(account);
    const own = this.#own.take(cost, now);
    const address = this.#address?.take(cost, now) ?? 0;
    return Math.max(own, address, this.#account?.take(cost, now) ?? 0);
  }

  /** Ends the count of a client that is gone. */
  end(): void {
    this.#change(undefined);
    if (this.#address) this.#address.users--;
  }

  #change(account: string | undefined): void {
    if (this.#account) this.#account.users--;
    this.#name = account;
    this.#account = account === undefined ? undefined : this.#rates.enter(`account ${account}`);
  }
}
