import { raceSignal } from "../../core/mod.ts";

/** Lets so many bytes per second pass, evenly: a bucket that fills with time and may hold a twentieth of a second. */
export class Throttle {
  readonly #perMs: number;
  #free = performance.now();

  /** Bytes per second. */
  constructor(rate: number) {
    this.#perMs = rate / 1000;
  }

  /** How many bytes to move at once so that the flow stays even. */
  get piece(): number {
    return Math.max(1, Math.floor(this.#perMs * 50));
  }

  /** Waits until `bytes` more may pass. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    this.#free = Math.max(this.#free, now - 50) + bytes / this.#perMs;
    const wait = this.#free - now;
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
