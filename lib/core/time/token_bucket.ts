/** Initial state of a {@link TokenBucket}. */
export interface TokenBucketOptions {
  /** Current time in milliseconds. @default performance.now() */
  readonly now?: number;
  /** Initial number of tokens. @default {burst} */
  readonly tokens?: number;
}

/**
 * Token bucket: holds at most `burst` tokens, and gains `perSecond` of them each second. It has no timer; its methods
 * take the time in milliseconds.
 */
export class TokenBucket {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #at: number;

  /** Creates a full bucket, unless `tokens` is given. */
  constructor(burst: number, perSecond: number, options: TokenBucketOptions = {}) {
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#tokens = options.tokens ?? burst;
    this.#at = options.now ?? performance.now();
  }

  /** Takes `cost` tokens if there are enough, and returns whether there were. */
  tryTake(cost: number, now: number): boolean {
    this.#refill(now);
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }

  /** Takes `cost` tokens, below zero if need be, and returns the milliseconds until the bucket is back at zero. */
  take(cost: number, now: number): number {
    this.#refill(now);
    this.#tokens -= cost;
    return this.#tokens >= 0 ? 0 : -this.#tokens / this.#perMs;
  }

  #refill(now: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
  }
}
