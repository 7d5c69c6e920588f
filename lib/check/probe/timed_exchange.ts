/** Milliseconds, and part of the time for a step, after which what else runs meanwhile is a small part of a stage's time. */
const [SLOW_MS, SLOW_SHARE] = [100, 0.2];

/**
 * The exchange with the target whose stages are timed: name, connection, handshake, first answer. What is looked at besides waits for
 * its end, since code that runs on the same thread would be part of the times. It does not wait for a stage that is slow.
 */
export class TimedExchange {
  readonly #over = Promise.withResolvers<void>();
  readonly #slow: number;
  #timer?: ReturnType<typeof setTimeout>;
  #ended = false;

  /** @param timeout Milliseconds that a stage may take. */
  constructor(timeout: number) {
    this.#slow = Math.min(SLOW_MS, timeout * SLOW_SHARE);
  }

  /** Begins a stage, which ends the one before. */
  stage(): void {
    if (this.#ended) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.end(), this.#slow);
  }

  /** Ends the exchange, also one that has failed. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#over.resolve();
  }

  /** Resolves when the exchange has ended, or a stage of it is slow. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** Resolves to the input of a probe which waits for the end. */
  async after<Input>(input: Input | Promise<Input>): Promise<Input> {
    await this.#over.promise;
    return await input;
  }
}
