/** Limits of {@link inOrder}. */
export interface OrderOptions {
  /** Number of items that are worked on at once. */
  readonly limit: number;
  /** Number of items whose work has begun and whose result was not yielded yet. */
  readonly window: number;
}

/** Works on several items at once, and yields the results in the order of the items. */
export async function* inOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  { limit, window }: OrderOptions,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const results: Promise<R>[] = [];
  let running = 0;
  let wake = Promise.withResolvers<void>();
  const settle = () => {
    running--;
    wake.resolve();
  };
  for await (const item of items) {
    running++;
    const result = work(item);
    result.then(settle, settle);
    results.push(result);
    while (running >= limit || results.length >= window) {
      const [first] = results;
      if (first === undefined) break;
      wake = Promise.withResolvers();
      const ready = await Promise.race([first.then(() => true), wake.promise.then(() => false)]);
      if (ready) yield await takeFirst(results, first);
    }
  }
  for (let first = results[0]; first; first = results[0]) yield await takeFirst(results, first);
}

async function takeFirst<R>(results: Promise<R>[], first: Promise<R>): Promise<R> {
  results.shift();
  return await first;
}
