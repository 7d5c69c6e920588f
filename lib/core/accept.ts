/** Milliseconds to wait after the first, second, … failure of accept in a row; the last is for all further ones. */
const BACKOFF_MS = [5, 50, 250, 1000];

/**
 * Accepts the next connection; `undefined` once the listener is closed. Retries with a growing delay when
 * accept fails: the client may have disconnected already, or the process may be out of file descriptors for the moment.
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
