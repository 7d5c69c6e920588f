import { MAX_TIMER_MS, NetworkError, raceSignal, TimeoutError } from "../../core/mod.ts";

/** Transient failures of a connection or of connecting. */
const PASSING = new Set([
  "connection-refused",
  "connection-reset",
  "connection-aborted",
  "connection-cut",
  "body-cut",
  "network-unreachable",
  "host-unreachable",
  "name-server-failed",
]);
const MAX_WAIT_MS = 30_000;

/** Options for retries. */
export interface RetryOptions {
  /** Milliseconds before the first retry. */
  readonly first: number;
  /** Whether a refused connection is retried. */
  readonly refused: boolean;
}

/** Whether a failure to connect, or of a connection, is transient. */
export function connectionMayPass(error: unknown): boolean {
  return error instanceof TimeoutError || (error instanceof NetworkError && PASSING.has(error.code));
}

/** Returns the wait before a retry in milliseconds: doubled for each further one, up to 30 s. */
export function doubledWait(first: number, count: number): number {
  return Math.min(MAX_WAIT_MS, first * 2 ** count);
}

/** Waits; a signal ends it early. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  for (let rest = ms; rest > 0; rest -= MAX_TIMER_MS) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(rest, MAX_TIMER_MS));
    try {
      await raceSignal(promise, signal);
    } finally {
      clearTimeout(timer);
    }
  }
}
