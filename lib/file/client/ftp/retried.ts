import { NetworkError, pause, TimeoutError } from "../../../core/mod.ts";
import { FtpTransientError } from "../../../ftp/mod.ts";
import type { RetryCount } from "../remote/remote.ts";

/** Transient failures of a connection, of connecting, or of a transfer. */
const PASSING = new Set([
  "connection-refused",
  "connection-reset",
  "connection-aborted",
  "connection-cut",
  "ftp-closing",
  "host-unreachable",
  "name-server-failed",
  "network-unreachable",
  "transfer-incomplete",
]);
const MAX_WAIT_MS = 30_000;

/** Returns whether a later attempt may succeed. */
export function isTransient(error: unknown): boolean {
  if (error instanceof TimeoutError || error instanceof FtpTransientError) return true;
  return error instanceof NetworkError && PASSING.has(error.code);
}

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
      if (attempt >= retries || !isTransient(error)) throw error;
    }
    await pause(Math.min(MAX_WAIT_MS, retryWait * 2 ** attempt), signal);
  }
}
