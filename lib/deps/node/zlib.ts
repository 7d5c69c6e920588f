/**
 * `node:zlib`: decoders that give their output in pieces of a bounded size; one write to a `DecompressionStream` gives all
 * that it decodes to at once, which is gigabytes for some kilobytes, and knows no zstd.
 * Permissions at load and to call: none. Licence: MIT (part of Deno).
 * @module
 */
import * as zlib from "node:zlib";

export { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";

/** A decoder: a stream that counts the bytes that it has consumed. */
export type Decompressor = ReturnType<typeof zlib.createGunzip>;

/** How a decoder is made. */
export interface DecompressorOptions {
  /** Bytes that it gives at once. */
  readonly chunkSize: number;
}

/** Makes a decoder of zstd whose window is at most `2 ** windowLog` bytes; undefined where the runtime has none. */
export const createZstdDecompress:
  | ((options: DecompressorOptions & { readonly windowLog: number }) => Decompressor)
  | undefined = "createZstdDecompress" in zlib
    ? ({ chunkSize, windowLog }) =>
      zlib.createZstdDecompress({ chunkSize, params: { [zlib.constants.ZSTD_d_windowLogMax]: windowLog } })
    : undefined;
