/**
 * `node:zlib`: decoders that return their output in chunks of a bounded size; one write to a `DecompressionStream` returns all
 * that it decodes to at once, which is gigabytes for some kilobytes, and does not support zstd.
 * Permissions at load and to call: none. Licence: MIT (part of Deno).
 * @module
 */
import * as zlib from "node:zlib";

export { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";

/** Decoder: a stream that counts the bytes that it has consumed. */
export type Decompressor = ReturnType<typeof zlib.createGunzip>;

/** Options of a decoder. */
export interface DecompressorOptions {
  /** Maximum number of bytes that it returns at once. */
  readonly chunkSize: number;
}

/** Creates a decoder of zstd whose window is at most `2 ** windowLog` bytes; undefined if the runtime has none. */
export const createZstdDecompress:
  | ((options: DecompressorOptions & { readonly windowLog: number }) => Decompressor)
  | undefined = "createZstdDecompress" in zlib
    ? ({ chunkSize, windowLog }) =>
      zlib.createZstdDecompress({ chunkSize, params: { [zlib.constants.ZSTD_d_windowLogMax]: windowLog } })
    : undefined;
