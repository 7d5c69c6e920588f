/**
 * Does the same with many things, at most so many at once, and gives each result as it is ready; one at a time keeps the
 * order. The first error ends it; who stops asking for results lets what has begun go on unseen.
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
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  type Step = {
    readonly from: Promise<Step>;
    readonly item?: IteratorResult<T>;
    readonly result?: { readonly value: R };
  };
  const running = new Set<Promise<Step>>();
  const iterator = iterate(items);
  const follow = (promise: Promise<Omit<Step, "from">>) => {
    const step: Promise<Step> = promise.then((rest) => ({ ...rest, from: step }));
    // Whoever is not waited for any more must not end the process.
    step.catch(() => {});
    running.add(step);
  };
  const ask = () => follow(iterator.next().then((item) => ({ item })));
  let asking = true;
  ask();
  while (running.size > 0) {
    const { from, item, result } = await Promise.race(running);
    running.delete(from);
    if (item) asking = false;
    if (item && !item.done) follow(work(item.value).then((value) => ({ result: { value } })));
    const ended = item?.done === true;
    if (ended) limit = 0;
    if (!asking && running.size < limit) {
      asking = true;
      ask();
    }
    if (result) yield result.value;
  }
}

async function* iterate<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  yield* items;
}
