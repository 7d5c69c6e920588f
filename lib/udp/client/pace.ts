import { raceSignal } from "../../core/mod.ts";

/** How fast datagrams are sent. */
export interface PaceOptions {
  /**
   * Milliseconds between two datagrams.
   * @default {undefined}
   */
  readonly interval?: number;
  /**
   * Bytes per second.
   * @default {undefined}
   */
  readonly rate?: number;
}

/** Spreads datagrams over time, so that no burst runs over the receiver's buffer. */
export class Pace {
  readonly #options: PaceOptions;
  #next = -Infinity;

  /** Starts with the first datagram free to go. */
  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** Waits until a datagram of so many bytes may go. */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    const { interval = 0, rate } = this.#options;
    if (interval === 0 && rate === undefined) return;
    const now = performance.now();
    const wait = this.#next - now;
    // What was late is not made up for: that would be the burst again.
    this.#next = Math.max(this.#next, now) + Math.max(interval, rate === undefined ? 0 : bytes / rate * 1000);
    if (wait < 1) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, wait);
    try {
      await raceSignal(promise, signal);
    } finally {
      clearTimeout(timer);
    }
  }
}
