/** Runs asynchronous work, some at once; the rest waits in order, up to a limit. */
export class HashLimit {
  readonly #atOnce: number;
  readonly #waitingLimit: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** Creates a limit of work at once, and of work that waits. */
  constructor(atOnce: number, waiting: number) {
    this.#atOnce = atOnce;
    this.#waitingLimit = waiting;
  }

  /** Runs work when it is its turn; undefined when too much of it waits. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#waitingLimit) return undefined;
      // The slot is handed over.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
