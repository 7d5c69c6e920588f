import { Pacer } from "../../core/mod.ts";

/** Limits to the rate of sending. */
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

/** Spreads datagrams over time, so that no burst overflows the receiver's buffer. */
export class DatagramPacer {
  readonly #interval: number;
  readonly #rate: number;
  /** Counts milliseconds, without a burst: lost time is not made up for. */
  readonly #pacer?: Pacer;

  /** Creates a pacer that lets the first datagram pass at once. */
  constructor({ interval = 0, rate = Infinity }: PaceOptions) {
    this.#interval = interval;
    this.#rate = rate;
    if (interval > 0 || rate !== Infinity) this.#pacer = new Pacer(1000);
  }

  /**
   * Waits until a datagram of `bytes` bytes may be sent.
   *
   * @throws The reason of the signal, when that fires first.
   */
  async wait(bytes: number, signal?: AbortSignal): Promise<void> {
    await this.#pacer?.follow(Math.max(this.#interval, bytes / this.#rate * 1000), signal);
  }
}
