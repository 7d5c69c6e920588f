/** Maximum sizes of the parts of a message that are held in memory while they are read, in bytes unless stated otherwise. */
export interface HttpLimits {
  /** A request line or status line. @default 8192 */
  readonly startLine: number;
  /** One field line. @default 16384 in a request, 65536 in a response */
  readonly fieldLine: number;
  /** A whole head: start line, field lines and the empty line behind them. @default 65536 in a request, 262144 in a response */
  readonly head: number;
  /** Number of field lines of a head or the trailers. @default 100 in a request, 1000 in a response */
  readonly fields: number;
  /** The line with a chunk's size, extensions and all. @default 256 in a request, 4096 in a response */
  readonly chunkLine: number;
  /** All chunk extensions of a body together; in a response only what exceeds the bytes of data counts. @default 16384 */
  readonly chunkExtensions: number;
  /** All trailers of a body together. @default 16384 */
  readonly trailers: number;
}

/** The limits of requests, unless others are given. */
export const HTTP_LIMITS: HttpLimits = {
  startLine: 8192,
  fieldLine: 16384,
  head: 65536,
  fields: 100,
  chunkLine: 256,
  chunkExtensions: 16384,
  trailers: 16384,
};

/** The limits of responses, unless others are given: what browsers and curl accept is within them. */
export const RESPONSE_LIMITS: HttpLimits = {
  ...HTTP_LIMITS,
  fieldLine: 65536,
  head: 262144,
  fields: 1000,
  chunkLine: 4096,
};
