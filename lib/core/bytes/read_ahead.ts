const CHUNK_BYTES = 512 * 1024;
/** Number of simultaneous transfers above which pieces are smaller: each transfer holds two. */
const MANY = 16;
const KEPT = 8;
const spare: Uint8Array<ArrayBuffer>[] = [];
let active = 0;

/**
 * Reads in large pieces and hands each to `write`; while one is written the next one is read. Ends when `read` returns null,
 * or fails as one of them does; no read is pending then, so a `write` that fails should end the source.
 *
 * @param size Maximum number of bytes that will come, if it is known: a small transfer gets small buffers.
 */
export async function readAhead(
  read: (into: Uint8Array<ArrayBuffer>) => Promise<number | null>,
  write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
  size = Infinity,
): Promise<void> {
  const length = Math.min(active < MANY ? CHUNK_BYTES : CHUNK_BYTES / 4, Math.max(size, 1));
  active++;
  let one = borrow(length);
  let other: Uint8Array<ArrayBuffer> | undefined;
  let reading = read(one);
  try {
    for (let count = await reading; count !== null; count = await reading) {
      other ??= borrow(length);
      reading = read(other);
      // When the write fails, this is not waited for.
      reading.catch(() => {});
      await write(one.subarray(0, count));
      [one, other] = [other, one];
    }
    if (length === CHUNK_BYTES && spare.length < KEPT) spare.push(one);
    if (length === CHUNK_BYTES && spare.length < KEPT && other) spare.push(other);
  } finally {
    active--;
    // The source is about to be closed: not while it is read.
    await reading.catch(() => {});
  }
}

function borrow(size: number): Uint8Array<ArrayBuffer> {
  return (size === CHUNK_BYTES ? spare.pop() : undefined) ?? new Uint8Array(size);
}
