import { Pacer } from "../../core/mod.ts";

/** Number of chunks per second: smaller chunks make the flow even, larger ones cost less. */
const CHUNKS_PER_SECOND = 20;

/** Limits the rate of a flow of bytes, in chunks of a twentieth of a second, with bursts of one chunk. */
export class RateLimiter extends Pacer {
  /** Number of bytes to transfer at once. */
  readonly chunkSize: number;

  /** Limits to a rate in bytes per second. */
  constructor(rate: number) {
    super(rate, rate / CHUNKS_PER_SECOND);
    this.chunkSize = Math.max(1, Math.floor(rate / CHUNKS_PER_SECOND));
  }
}
