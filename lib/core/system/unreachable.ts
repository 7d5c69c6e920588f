/**
 * Returns whether a call to receive a datagram failed since an earlier one was sent to a port on which nothing listens: Windows
 * reports that once, as a reset of the socket's "connection", where other systems report nothing. The next call works.
 */
export function isUnreachable(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    (error instanceof Error && /\(os error 10054\)/.test(error.message));
}
