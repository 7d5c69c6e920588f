import { TokenBucket } from "../../../core/mod.ts";
import type { ChatLimits } from "../options.ts";
import { SHARED_LIMITS } from "./shared_limits.ts";

/** Rate limit that several clients share. */
export class SharedRate {
  /** Clients that use it now. */
  users = 0;
  readonly #bucket: TokenBucket;
  readonly #perMs: number;

  /** Creates a limit of lines at once, and of lines per second. */
  constructor(burst: number, rate: number) {
    this.#bucket = new TokenBucket(burst, rate);
    this.#perMs = rate / 1000;
  }

  /**
   * Takes the cost of a line, and returns the milliseconds to wait. None waits longer than for its fair share, so that
   * clients that flood do not stop another one of the same address.
   */
  take(cost: number, now: number): number {
    const wait = this.#bucket.take(cost, now);
    return wait === 0 ? 0 : Math.min(wait, cost * this.users / this.#perMs);
  }
}

/** Shared rate limits by address or account. */
export class SharedRates {
  readonly #rates = new Map<string, SharedRate>();
  readonly #limits: ChatLimits;

  /** Derives the rates from the limits of one client. */
  constructor(limits: ChatLimits) {
    this.#limits = limits;
  }

  /** Number of addresses and accounts in memory. */
  get size(): number {
    return this.#rates.size;
  }

  /** Adds a client to those of an address or account; the result counts its lines. */
  enter(key: string): SharedRate {
    const { burst, rate } = this.#limits;
    const { clients, keys } = SHARED_LIMITS;
    const shared = this.#rates.get(key) ?? new SharedRate(burst * clients, rate * clients);
    this.#rates.delete(key);
    this.#rates.set(key, shared);
    // Without clients it still counts what they have sent: reconnecting does not help.
    const [oldest] = this.#rates.keys();
    if (this.#rates.size > keys && oldest !== undefined) this.#rates.delete(oldest);
    shared.users++;
    return shared;
  }
}
