import { pause } from "./pause.ts";
import { TokenBucket } from "./token_bucket.ts";

/**
 * Limits a rate by waiting. After a pause, `burst` units may pass at once. Waits below 1 ms, the resolution of timers, are
 * added to the next one.
 */
export class Pacer {
  readonly #bucket: TokenBucket;

  /** Lets `perSecond` units pass each second, and `burst` at once after a pause. */
  constructor(perSecond: number, burst = 0) {
    this.#bucket = new TokenBucket(burst, perSecond, { tokens: 0 });
  }

  /**
   * Counts units, and waits until they are within the rate.
   *
   * @throws The reason of the signal, when that fires first.
   */
  async include(units: number, signal?: AbortSignal): Promise<void> {
    await pause(this.#bucket.take(units, performance.now()), signal);
  }

  /**
   * Counts units, and waits until those counted before are within the rate.
   *
   * @throws The reason of the signal, when that fires first.
   */
  async follow(units: number, signal?: AbortSignal): Promise<void> {
    const now = performance.now();
    const ms = this.#bucket.take(0, now);
    // Counted now, not after the wait: a timer that fires late must not lower the rate.
    this.#bucket.take(units, now);
    await pause(ms, signal);
  }
}
