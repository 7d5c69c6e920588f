import { type ByteRange, formatContentRange } from "../../http/mod.ts";

/** The pieces of a `multipart/byteranges` body (RFC 9110 §14.6): what stands before each range, and behind the last. */
export interface ByteRangesFrame {
  /** Text before each range, in their order. */
  readonly before: readonly string[];
  /** Text after the last one. */
  readonly after: string;
}

/** Writes what stands around several ranges of a representation of `size` bytes. The boundary must not be guessable. */
export function frameByteRanges(
  ranges: readonly ByteRange[],
  size: number,
  mediaType: string,
  boundary: string,
): ByteRangesFrame {
  const before = ranges.map((range, index) =>
    `${index === 0 ? "" : "\r\n"}--${boundary}\r\nContent-Type: ${mediaType}\r\n` +
    `Content-Range: ${formatContentRange({ range, size })}\r\n\r\n`
  );
  return { before, after: `\r\n--${boundary}--\r\n` };
}
