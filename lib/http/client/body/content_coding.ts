import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  type Decompressor,
} from "../../../deps/node/zlib.ts";
import { ZstdFrames } from "../../codec/zstd_frames.ts";

/** A content coding (RFC 9110 §8.4.1) and its decoder. */
export interface ContentCoding {
  /** Makes a decoder for a body that begins with these bytes: two at least, unless it has fewer. */
  makeDecoder(beginning: Uint8Array): Decompressor;
  /** Whether zeros may follow the end of the coded data. */
  readonly padded?: boolean;
  /** Method to detect a truncated body, where the decoder does not report it. */
  readonly end?: "probe" | "frames";
}

/** Bytes that a decoder gives at once. */
const chunkSize = 64 * 1024;
/** The window that a decoder of zstd has to have room for, and an encoder must not exceed: 8 MiB (RFC 9659). */
const ZSTD_WINDOW_LOG = 23;

const GZIP: ContentCoding = { makeDecoder: () => createGunzip({ chunkSize }), padded: true };

/** The zlib format is what `deflate` means; some servers send what is inside it alone. */
const DEFLATE: ContentCoding = {
  makeDecoder: (beginning) => isZlib(beginning) ? createInflate({ chunkSize }) : createInflateRaw({ chunkSize }),
};

const BROTLI: ContentCoding = { makeDecoder: () => createBrotliDecompress({ chunkSize }), end: "probe" };

const createZstd = createZstdDecompress;
const ZSTD: ContentCoding | undefined = createZstd && {
  makeDecoder: () => createZstd({ chunkSize, windowLog: ZSTD_WINDOW_LOG }),
  end: "frames",
};

/** The codings that are decoded here, by name, the preferred first. */
const CODINGS: ReadonlyMap<string, ContentCoding> = new Map([
  ["gzip", GZIP],
  ["deflate", DEFLATE],
  ["br", BROTLI],
  ...(ZSTD ? [["zstd", ZSTD] as const] : []),
]);

/** Value for Accept-Encoding: the codings that {@link decodedBody} can decode in this runtime. */
export const ACCEPT_ENCODING: string = [...CODINGS.keys()].join(", ");

/** The coding of a name in lower case; undefined for one that is not known here. */
export function contentCoding(name: string): ContentCoding | undefined {
  return CODINGS.get(name === "x-gzip" ? "gzip" : name);
}

/** Makes what follows the frames of a body, for a coding whose decoder does not. */
export function followFrames(coding: ContentCoding): ZstdFrames | undefined {
  return coding.end === "frames" ? new ZstdFrames() : undefined;
}

/** Whether a stream begins with the header of the zlib format (RFC 1950 §2.2); no compressor begins raw data like this. */
function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 15) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0;
}
