/** Limits of one query. */
export interface AskOptions {
  /** When its time is over, in the milliseconds of `performance.now()`. */
  readonly expires: number;
  /** Aborts it. */
  readonly signal?: AbortSignal;
  /**
   * The same for the query over TCP that follows a truncated response: a time after which a datagram counts as lost is
   * too short for a connection. @default expires
   */
  readonly expiresOverTcp?: number;
}

/** Rejects when a signal fires; returns a function that stops listening to it. */
export function onAbort(signal: AbortSignal | undefined, abort: (reason: unknown) => void): () => void {
  if (!signal) return () => {};
  if (signal.aborted) abort(signal.reason);
  const listener = () => abort(signal.reason);
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}
