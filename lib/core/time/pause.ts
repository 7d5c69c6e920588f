import { raceSignal } from "./deadline.ts";

/**
 * Waits for a number of milliseconds, if that is at least one.
 *
 * @throws The reason of the signal, when that fires first.
 */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms < 1) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    await raceSignal(promise, signal);
  } finally {
    clearTimeout(timer);
  }
}
