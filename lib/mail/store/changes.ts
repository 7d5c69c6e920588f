/** Tells those who wait or watch that something has changed. */
export class Changes<T> {
  /** Number of changes. */
  count = 0;
  readonly #watchers = new Set<(change: T) => void>();
  #waiting = new Set<() => void>();

  /** Calls for each change, until what it returns is called. */
  watch(watcher: (change: T) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Resolves with the next change, or when the signal fires. */
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

  /** Tells of a change; without one, watchers are not called: it is the end, or nothing that they follow. */
  tell(change?: T): void {
    this.count++;
    if (change) { for (const watcher of this.#watchers) watcher(change); }
    if (this.#waiting.size === 0) return;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const tell of waiting) tell();
  }
}
