/**
 * Output that is written where nothing may be thrown, such as a callback: the first failure (a reader that went away, a full
 * disk) stops the work, and is thrown when that has ended.
 */
export class OutputGuard {
  readonly #stop: () => void;
  #failure: unknown;

  /** Makes one; `stop` ends the work. */
  constructor(stop: () => void) {
    this.#stop = stop;
  }

  /** Writes, unless that has failed before. */
  do(write: () => void): void {
    if (this.#failure !== undefined) return;
    try {
      write();
    } catch (error) {
      this.#failure = error;
      this.#stop();
    }
  }

  /** Throws what has failed. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
