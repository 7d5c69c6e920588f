// The real timers, since a test may replace them.
const { setTimeout, clearTimeout } = globalThis;
const now = performance.now.bind(performance);

/** Milliseconds that a busy machine may take for anything that a test waits for. */
export const DEADLINE_MS = 120_000;

/**
 * Polls `check` until it returns something other than undefined, null or false, and returns that. For states without an
 * event, such as the size of a file. Fails with `what` after the deadline.
 */
export async function until<T>(
  what: string,
  check: () => T | Promise<T>,
): Promise<Exclude<T, undefined | null | false>> {
  for await (const _ of looks(what)) {
    const value = await check();
    // The check above excludes these types.
    if (value !== undefined && value !== null && value !== false) return value as Exclude<T, undefined | null | false>;
  }
  throw new Error("looks() ends by throwing");
}

/** Yields repeatedly, so that a test repeats a step until it leaves the loop; throws after the deadline. */
export async function* looks(what: string): AsyncGenerator<void, never> {
  const end = now() + DEADLINE_MS;
  while (true) {
    yield;
    if (now() > end) throw new Error(`waited ${DEADLINE_MS / 1000}s in vain: ${what}`);
    await pause(5);
  }
}

/** Waits for a promise; fails with `what` after the deadline, so that a test that hangs reports where. */
export async function within<T>(what: string, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`waited ${DEADLINE_MS / 1000}s in vain: ${what}`)), DEADLINE_MS);
  return await Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

/** Runs the event loop once, which delivers ready events. */
export function turn(): Promise<void> {
  return pause(0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
