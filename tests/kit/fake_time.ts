interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/**
 * A clock that stands still until a test advances it: `setTimeout`, `clearTimeout` and `performance.now` of the module
 * graph of the test. Sockets continue in real time.
 */
export class FakeTime implements Disposable {
  readonly #real = { setTimeout, clearTimeout, unref: Deno.unrefTimer, now: performance.now };
  readonly #timers = new Map<number, Timer>();
  #now = Math.floor(performance.now());
  #last = 0;

  /** Stops the clock. */
  constructor() {
    const set = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      // Far from the numbers of real timers.
      const id = 1e9 + ++this.#last;
      this.#timers.set(id, { at: this.#now + Math.max(0, ms), run: () => run(...args) });
      return id;
    };
    const clear = (id?: number) => {
      if (!this.#timers.delete(id ?? 0)) this.#real.clearTimeout(id);
    };
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
    Deno.unrefTimer = (id) => Number(id) < 1e9 ? this.#real.unref(id) : undefined;
    performance.now = () => this.#now;
  }

  /** Advances the clock by `ms` milliseconds, and runs the timers that expire, each at its time. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    while (true) {
      await this.turn();
      const [next] = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      const [id, { at, run }] = next;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, at);
      run();
    }
    this.#now = end;
  }

  /** Advances the clock from timer to timer until the work is done, and returns its result. */
  async until<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const settled = work.finally(() => done = true);
    settled.catch(() => {});
    while (!done) {
      await this.turn();
      const next = Math.min(...[...this.#timers.values()].map(({ at }) => at));
      if (!done && Number.isFinite(next)) await this.pass(Math.max(0, next - this.#now));
    }
    return await settled;
  }

  /** Resolves when the clock has advanced by `ms` milliseconds. */
  after(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(() => resolve(), ms);
    return promise;
  }

  /** Number of timers that are set. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Current time of the clock in milliseconds. */
  get now(): number {
    return this.#now;
  }

  /** Runs the event loop once. */
  turn(): Promise<void> {
    return new Promise((resolve) => void this.#real.setTimeout(resolve, 0));
  }

  /** Restores the real clock. */
  [Symbol.dispose](): void {
    Object.assign(globalThis, { setTimeout: this.#real.setTimeout, clearTimeout: this.#real.clearTimeout });
    Deno.unrefTimer = this.#real.unref;
    performance.now = this.#real.now;
  }
}
