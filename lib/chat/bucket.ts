/**
 * How much a client may say: so much at once, and then so much per second. It is never told off for more, only made to wait.
 */
export class Bucket {
  readonly #burst: number;
  readonly #rate: number;
  #level: number;
  #at: number;

  /** A full one: `burst` at once, `rate` per second. */
  constructor(burst: number, rate: number, now: number) {
    this.#burst = burst;
    this.#rate = rate;
    this.#level = burst;
    this.#at = now;
  }

  /** Takes something out, and says for how many milliseconds to wait before it may be used. */
  take(cost: number, now: number): number {
    this.#level = Math.min(this.#burst, this.#level + (now - this.#at) / 1000 * this.#rate) - cost;
    this.#at = now;
    return this.#level >= 0 ? 0 : -this.#level / this.#rate * 1000;
  }
}
