/** Tells whoever waits that something has changed. */
export class Changes {
  #waiting?: PromiseWithResolvers<void>;

  /** Resolves with the next change. */
  next(): Promise<void> {
    return (this.#waiting ??= Promise.withResolvers()).promise;
  }

  /** Something has changed. */
  tell(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
