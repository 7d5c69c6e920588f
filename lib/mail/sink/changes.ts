/** Tells whoever waits that something has changed. */
export class Changes {
  /** How many there were. */
  count = 0;
  #waiting?: PromiseWithResolvers<void>;

  /** Resolves with the next change. */
  next(): Promise<void> {
    return (this.#waiting ??= Promise.withResolvers()).promise;
  }

  /** Something has changed. */
  tell(): void {
    this.count++;
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
