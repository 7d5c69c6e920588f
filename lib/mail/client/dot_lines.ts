import type { LineChannel } from "../../core/lines/client/line_channel.ts";

/** Limits of {@link readDotLines}. */
export interface DotLineLimits {
  /** Maximum number of lines. */
  readonly lines: number;
  /** Maximum length of a line in bytes. */
  readonly lineBytes: number;
  /** Code of the error when there are more lines. */
  readonly code: string;
}

/** Number of lines after which the timeout starts again: a large listing takes longer than a reply. */
const PROGRESS_LINES = 1000;

/**
 * Yields the lines of a listing up to the dot, without those of transparency (RFC 1939 §3, RFC 3977 §3.1.1).
 *
 * @throws {NetworkError} The given code beyond the limit; `unexpected-reply` when the server sends more than the listing.
 */
export async function* readDotLines(
  channel: LineChannel,
  { lines, lineBytes, code }: DotLineLimits,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for (let count = 0;; count++) {
    const line = decoder.decode(await channel.lineBytes(lineBytes));
    if (line === ".") break;
    if (count >= lines) throw channel.fault(code, `sent a reply of more than ${lines} lines`);
    if (count % PROGRESS_LINES === PROGRESS_LINES - 1) channel.progress();
    yield line.startsWith(".") ? line.slice(1) : line;
  }
  if (channel.hasPending) throw channel.fault("unexpected-reply", "sent bytes after the end of a listing");
}
