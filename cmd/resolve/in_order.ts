import { concurrently } from "../../lib/core/mod.ts";

/** Names that are looked up at the same time: each occupies a thread while the system's lookup waits. */
const AT_ONCE = 32;
/** Maximum number of results that wait for an earlier name. */
const AHEAD = 1024;

/**
 * Looks up several names at the same time, and yields the results of each, in the order of the names. With a trace one
 * after the other, so that its lines stay together.
 */
export function lookUpInOrder<T, R>(
  names: AsyncIterable<T>,
  lookUp: (name: T) => AsyncIterable<R> | Iterable<R>,
  traced: boolean,
): AsyncGenerator<readonly R[]> {
  return concurrently(names, traced ? 1 : AT_ONCE, (name) => Array.fromAsync(lookUp(name)), { ahead: AHEAD });
}
