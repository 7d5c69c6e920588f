/**
 * Runs writes where nothing may be thrown, such as in a callback. The first failure (output closed by its reader, a full
 * disk) stops the work, and {@link OutputGuard.check} throws it afterwards.
 */
export class OutputGuard {
  readonly #stop: () => void;
  #failure: unknown;

  /** Creates a guard that calls `stop` at the first failure. */
  constructor(stop: () => void) {
    this.#stop = stop;
  }

  /** Runs a write, unless one has failed before. */
  do(write: () => void): void {
    if (this.#failure !== undefined) return;
    try {
      write();
    } catch (error) {
      this.#failure = error;
      this.#stop();
    }
  }

  /** Throws the first failure, if any. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
