// A test may stop the clock: these go on.
const { setTimeout, clearTimeout } = globalThis;
const now = performance.now.bind(performance);

/** How long a busy machine may take for anything that a test waits for. */
export const DEADLINE_MS = 120_000;

/**
 * Waits until `check` returns something other than undefined, null or false, and returns that. For states that have no
 * event, such as the size of a file or a counter: they are looked at again and again, and a test that waits in vain
 * fails with `what`.
 */
export async function until<T>(
  what: string,
  check: () => T | Promise<T>,
): Promise<Exclude<T, undefined | null | false>> {
  for await (const _ of looks(what)) {
    const value = await check();
    // What is excluded by the test is excluded by the type.
    if (value !== undefined && value !== null && value !== false) return value as Exclude<T, undefined | null | false>;
  }
  throw new Error("looks() ends by throwing");
}

/** Yields again and again, so that a test does something bit by bit until it leaves the loop; throws after the deadline. */
export async function* looks(what: string): AsyncGenerator<void, never> {
  const end = now() + DEADLINE_MS;
  while (true) {
    yield;
    if (now() > end) throw new Error(`waited ${DEADLINE_MS / 1000}s in vain: ${what}`);
    await pause(5);
  }
}

/** Waits for a promise with the deadline of a busy machine: a test that hangs says where. */
export async function within<T>(what: string, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`waited ${DEADLINE_MS / 1000}s in vain: ${what}`)), DEADLINE_MS);
  return await Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

/** Lets the event loop turn once: what is ready is delivered. */
export function turn(): Promise<void> {
  return pause(0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
