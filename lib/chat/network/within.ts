import { pause } from "../../core/mod.ts";

/** Resolves to true with a promise, or to false after a time in milliseconds. */
export async function within(ms: number, work: Promise<unknown> | undefined): Promise<boolean> {
  const late = new AbortController();
  const done = Promise.resolve(work).then(() => true);
  try {
    return await Promise.race([done, pause(ms, late.signal).then(() => false, () => false)]);
  } finally {
    late.abort();
  }
}
