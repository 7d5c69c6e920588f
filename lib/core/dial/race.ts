import type { HostAddress } from "../address/lookup.ts";

/** Milliseconds after the start of an attempt before the next one starts concurrently (RFC 8305 §5). */
export const ATTEMPT_DELAY = 250;

/** Options of {@link race}. */
export interface RaceOptions<T> {
  /** Tries one address; stops when the signal fires. */
  readonly connect: (address: HostAddress, signal: AbortSignal) => Promise<T>;
  /** Closes a connection that was established too late. */
  readonly discard: (connection: T) => void;
  /** Ends the race. */
  readonly signal: AbortSignal;
  /** Called for each address that was tried and did not win, with its error; without one it was abandoned. */
  readonly lost?: (address: HostAddress, error?: unknown) => void;
  /** Milliseconds between two starts. @default 250 */
  readonly delay?: number;
}

/**
 * Connects to the first of several addresses that answers: they are tried in order, alternating between families, the next one as
 * soon as one has failed or has taken a while (RFC 8305, "Happy Eyeballs"). Rejects with all failures, in order.
 */
export async function race<T>(addresses: readonly HostAddress[], options: RaceOptions<T>): Promise<T> {
  const { signal, connect, discard, lost, delay = ATTEMPT_DELAY } = options;
  const order = interleave(addresses);
  const failures: unknown[] = [];
  const losers = new AbortController();
  const stop = AbortSignal.any([signal, losers.signal]);
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const pending = new Set<HostAddress>();
  let next = 0;
  let settled = false;

  const start = () => {
    clearTimeout(timer);
    const index = next++;
    const address = order[index];
    if (!address || stop.aborted) return;
    if (next < order.length) timer = setTimeout(start, delay);
    pending.add(address);
    connect(address, stop).then((connection) => {
      if (settled) return discard(connection);
      settled = true;
      pending.delete(address);
      resolve(connection);
    }, (error) => {
      if (settled) return;
      pending.delete(address);
      failures[index] = error;
      lost?.(address, error);
      if (Object.keys(failures).length === order.length) reject(new AggregateError(failures));
      else start();
    });
  };
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    signal.throwIfAborted();
    start();
    return await promise;
  } finally {
    settled = true;
    clearTimeout(timer);
    for (const address of pending) lost?.(address);
    signal.removeEventListener("abort", abort);
    losers.abort();
  }
}

/** Orders addresses alternating between families, beginning with that of the first address (RFC 8305 §4). */
export function interleave(addresses: readonly HostAddress[]): HostAddress[] {
  const first = addresses[0]?.family;
  const same = addresses.filter((address) => address.family === first);
  const other = addresses.filter((address) => address.family !== first);
  return same.flatMap((address, i) => [address, ...other.slice(i, i + 1)]).concat(other.slice(same.length));
}
