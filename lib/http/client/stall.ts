/** Fires when one wait takes too long. Between waits, which may be as long as the caller likes, it is silent. */
export class StallTimer {
  readonly #limit: number;
  readonly #fire: () => void;
  #timer?: ReturnType<typeof setTimeout>;
  #since = 0;
  #waiting = false;

  /** `limit` is in milliseconds. */
  constructor(limit: number, fire: () => void) {
    this.#limit = limit;
    this.#fire = fire;
  }

  /** Waits for something with the clock running. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#since = performance.now();
    this.#waiting = true;
    this.#timer ??= setTimeout(() => this.#look(), this.#limit);
    try {
      return await work;
    } finally {
      this.#waiting = false;
    }
  }

  /** Ends it. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    this.#timer = undefined;
    if (!this.#waiting) return;
    const rest = this.#since + this.#limit - performance.now();
    if (rest <= 0) this.#fire();
    else this.#timer = setTimeout(() => this.#look(), rest);
  }
}
