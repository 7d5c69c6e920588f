/** Hands out turns one after the other, in the order of the requests. */
export class Turns {
  #last: Promise<void> = Promise.resolve();
  #taken = 0;

  /** Whether a turn is taken. */
  get busy(): boolean {
    return this.#taken > 0;
  }

  /** Waits for a turn; call what it returns, at any time and any number of times, to end it. */
  async take(): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    this.#taken++;
    await before;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#taken--;
      resolve();
    };
  }
}
