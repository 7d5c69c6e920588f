import { pause } from "../../../core/mod.ts";
import { doubledWait, mayPassByFtp } from "../../../get/internal.ts";
import type { RetryCount } from "../remote/remote.ts";

/** Calls a function again after transient failures, each time after twice the wait; `attempt` counts from 0. */
export async function retried<T>(
  work: (attempt: number) => Promise<T>,
  { retries = 3, retryWait = 1000, signal }: RetryCount & { readonly signal?: AbortSignal },
): Promise<T> {
  for (let attempt = 0;; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt >= retries || !mayPassByFtp(error)) throw error;
    }
    await pause(doubledWait(retryWait, attempt), signal);
  }
}
