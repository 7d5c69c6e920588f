/** Milliseconds to wait after the first, second, … failure of accept in a row; the last is for all further ones. */
const BACKOFF_MS = [5, 50, 250, 1000];

/**
 * Accepts the next connection; `undefined` once the listener is closed. A client that has gone again and a shortage of file descriptors
 * are no reason to stop listening: accepting is tried again, after a while that grows with each failure.
 *
 * @param closed Whether the listener was closed on purpose; asked after a failure.
 */
export async function acceptNext<T extends Deno.Conn>(
  listener: { accept(): Promise<T> },
  closed: () => boolean,
): Promise<T | undefined> {
  for (let failures = 0;; failures++) {
    try {
      return await listener.accept();
    } catch {
      if (closed()) return undefined;
      const wait = BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)];
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
