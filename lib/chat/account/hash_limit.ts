/** Work that waits for its turn: `start` is called with whether it may run. */
type Waiting = (start: boolean) => void;

/**
 * Runs asynchronous work, some at once; the rest waits, up to a limit. Those from different origins take turns, so that
 * much work of one does not delay that of another; at the limit, the last work of the origin with the most gives way.
 */
export class HashLimit {
  readonly #atOnce: number;
  readonly #waitingLimit: number;
  /** Waiting work by its origin, the origin whose turn it is first. */
  readonly #waiting = new Map<string, Waiting[]>();
  #running = 0;
  #count = 0;

  /** Creates a limit of work at once, and of work that waits. */
  constructor(atOnce: number, waiting: number) {
    this.#atOnce = atOnce;
    this.#waitingLimit = waiting;
  }

  /** Runs work when it is its turn; undefined when too much of it waits. */
  async run<T>(work: () => Promise<T>, origin: string = ""): Promise<T | undefined> {
    if (this.#running >= this.#atOnce) {
      // The slot is handed over.
      if (!await this.#turn(origin)) return undefined;
    } else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#next();
      if (next) next(true);
      else this.#running--;
    }
  }

  #turn(origin: string): Promise<boolean> | false {
    if (this.#count >= this.#waitingLimit && !this.#makeRoom(origin)) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const queue = this.#waiting.get(origin) ?? [];
    queue.push(resolve);
    this.#waiting.set(origin, queue);
    this.#count++;
    return promise;
  }

  /** Removes the last work of the origin with the most, if that has more than another one would have. */
  #makeRoom(origin: string): boolean {
    if (this.#count === 0) return false;
    const own = (this.#waiting.get(origin)?.length ?? 0) + 1;
    const [longest, queue] = [...this.#waiting].reduce((one, other) => other[1].length > one[1].length ? other : one);
    if (queue.length <= own) return false;
    const last = queue.pop();
    if (queue.length === 0) this.#waiting.delete(longest);
    this.#count--;
    last?.(false);
    return true;
  }

  #next(): Waiting | undefined {
    for (const [origin, queue] of this.#waiting) {
      const next = queue.shift();
      // The origin has its next turn after the others.
      this.#waiting.delete(origin);
      if (queue.length > 0) this.#waiting.set(origin, queue);
      this.#count--;
      return next;
    }
  }
}
