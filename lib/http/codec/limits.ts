/** How large the parts of a message may be that are held in memory while they are read. All are in bytes, except where it says otherwise. */
export interface HttpLimits {
  /** A request line or status line. @default 8192 */
  readonly startLine: number;
  /** One field line. @default 16384 */
  readonly fieldLine: number;
  /** A whole head: start line, field lines and the empty line behind them. @default 65536 */
  readonly head: number;
  /** How many field lines a head or the trailers have. @default 100 */
  readonly fields: number;
  /** The line with a chunk's size, extensions and all. @default 256 */
  readonly chunkLine: number;
  /** All chunk extensions of a body together. @default 16384 */
  readonly chunkExtensions: number;
  /** All trailers of a body together. @default 16384 */
  readonly trailers: number;
}

/** The limits that hold where nobody says otherwise. */
export const HTTP_LIMITS: HttpLimits = {
  startLine: 8192,
  fieldLine: 16384,
  head: 65536,
  fields: 100,
  chunkLine: 256,
  chunkExtensions: 16384,
  trailers: 16384,
};
