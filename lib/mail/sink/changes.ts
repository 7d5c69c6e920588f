/** Tells whoever waits that something has changed. */
export class Changes {
  /** How many there were. */
  count = 0;
  #waiting = new Set<() => void>();

  /** Resolves with the next change, or when the signal fires: who has given up is not remembered. */
  next(signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (signal?.aborted) return Promise.resolve();
    const forget = () => {
      this.#waiting.delete(tell);
      resolve();
    };
    const tell = () => {
      signal?.removeEventListener("abort", forget);
      resolve();
    };
    this.#waiting.add(tell);
    signal?.addEventListener("abort", forget, { once: true });
    return promise;
  }

  /** Something has changed. */
  tell(): void {
    this.count++;
    if (this.#waiting.size === 0) return;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const tell of waiting) tell();
  }
}
