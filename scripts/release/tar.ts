import { type Entry, modeOf } from "./entry.ts";

const BLOCK_BYTES = 512;
const MAX_PATH_BYTES = 100;
const encoder = new TextEncoder();

/**
 * Writes an archive in the ustar format (POSIX.1-1988), as parts to be joined. The same entries and time give the same
 * bytes: the owner is 0, without a name. Throws an error for a path that does not fit into a header.
 */
export function tar(entries: readonly Entry[], time: Date): Uint8Array<ArrayBuffer>[] {
  const parts = entries.flatMap((entry) => [header(entry, time), entry.data, padding(entry.data.length)]);
  return [...parts, new Uint8Array(2 * BLOCK_BYTES)];
}

function header(entry: Entry, time: Date): Uint8Array<ArrayBuffer> {
  const path = encoder.encode(entry.path);
  if (path.length > MAX_PATH_BYTES) throw new Error(`the path is longer than ${MAX_PATH_BYTES} bytes: ${entry.path}`);
  const block = new Uint8Array(BLOCK_BYTES);
  const write = (at: number, text: string) => block.set(encoder.encode(text), at);
  block.set(path);
  write(100, octal(modeOf(entry), 8));
  write(108, octal(0, 8));
  write(116, octal(0, 8));
  write(124, octal(entry.data.length, 12));
  write(136, octal(Math.floor(time.getTime() / 1000), 12));
  write(156, entry.path.endsWith("/") ? "5" : "0");
  write(257, "ustar\0" + "00");
  write(329, octal(0, 8));
  write(337, octal(0, 8));
  // The sum is calculated with spaces in its own place.
  write(148, " ".repeat(8));
  write(148, `${octal(block.reduce((sum, byte) => sum + byte, 0), 7)} `);
  return block;
}

/** Formats a number in octal digits with a NUL behind them. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\0`;
}

function padding(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array((BLOCK_BYTES - length % BLOCK_BYTES) % BLOCK_BYTES);
}
