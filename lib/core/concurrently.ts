/** Options of {@link concurrently}. */
export interface ConcurrencyOptions {
  /** Maximum number of items whose work has released its slot and has not settled. @default 0 */
  readonly behind?: number;
  /**
   * Yields the results in the order of the items. At most this number of later ones waits for an earlier one, before
   * no further work begins. Without it, each is yielded as it is ready.
   */
  readonly ahead?: number;
}

/**
 * Works on many items, at most `limit` at once, and yields each result as it is ready; with a limit of 1, or with
 * `ahead`, in the order of the items. Work that only waits calls `release`, and the next item begins meanwhile. The first
 * error ends it; work that has begun continues unobserved when the caller stops asking for results.
 *
 * @example
 * ```ts
 * import { concurrently } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const lengths = await Array.fromAsync(concurrently(["a", "bc"], 1, (word) => Promise.resolve(word.length)));
 * assertEquals(lengths, [1, 2]);
 * ```
 */
export async function* concurrently<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T, release: () => void) => Promise<R>,
  { behind = 0, ahead }: ConcurrencyOptions = {},
): AsyncGenerator<R> {
  const iterator = iterate(items);
  const settled = new ResultQueue<R>(limit === 1 || ahead !== undefined);
  let slots = 0;
  let begun = 0;
  let asking = false;
  let ended = false;
  const begin = (item: T) => {
    const index = settled.expect();
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      slots--;
      settled.wake();
    };
    slots++;
    begun++;
    const end = (step: Step<R>) => {
      begun--;
      release();
      settled.add(index, step);
    };
    work(item, release).then((value) => end({ value }), (error) => end({ error }));
  };
  const ask = () => {
    asking = true;
    iterator.next().then((item) => {
      asking = false;
      if (item.done) ended = true;
      else begin(item.value);
      settled.wake();
    }, (error) => settled.add(settled.expect(), { error }));
  };
  while (true) {
    const room = slots < limit && begun < limit + behind && settled.waiting < limit + (ahead ?? Infinity);
    if (!asking && !ended && room) ask();
    const step = settled.take();
    if (step === undefined) {
      if (ended && begun === 0 && settled.empty) return;
      await settled.next();
    } else if ("value" in step) yield step.value;
    else throw step.error;
  }
}

type Step<R> = { readonly value: R } | { readonly error: unknown };

/** Results that were not yielded yet; `ordered` returns them in the order of the items. */
class ResultQueue<R> {
  readonly #steps = new Map<number, Step<R>>();
  readonly #ordered: boolean;
  #expected = 0;
  #taken = 0;
  #wake?: () => void;

  constructor(ordered: boolean) {
    this.#ordered = ordered;
  }

  get empty(): boolean {
    return this.#steps.size === 0;
  }

  /** Number of results that were not taken, ready or not. */
  get waiting(): number {
    return this.#expected - this.#taken;
  }

  expect(): number {
    return this.#expected++;
  }

  add(index: number, step: Step<R>): void {
    this.#steps.set(index, step);
    this.wake();
  }

  take(): Step<R> | undefined {
    const index = this.#ordered ? this.#taken : this.#steps.keys().next().value ?? -1;
    const step = this.#steps.get(index);
    if (!step) return undefined;
    this.#steps.delete(index);
    this.#taken++;
    return step;
  }

  wake(): void {
    this.#wake?.();
  }

  /** Resolves when there may be a new result. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }
}

async function* iterate<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  yield* items;
}
