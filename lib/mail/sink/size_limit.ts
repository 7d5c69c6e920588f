/** Bytes beyond twice the limit of a message that are read before the connection closes. */
const MAX_EXCESS_BYTES = 1 << 20;

/** Returns the number of bytes of a message that are read at most, also when they are discarded. */
export function maxReceived(messageSize: number): number {
  return 2 * messageSize + MAX_EXCESS_BYTES;
}

/** Returns the reply to a message that is larger than the limit. */
export function tooLarge(messageSize: number): string {
  return `552 5.3.4 Message size exceeds fixed limit (${messageSize} bytes)`;
}
