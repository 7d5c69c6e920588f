import { Pacer } from "../../core/mod.ts";

/** Chunks per second: a flow in smaller chunks is even, in larger ones cheap. */
const CHUNKS_PER_SECOND = 20;

/** Keeps a flow of bytes at a rate, evenly: in chunks of a twentieth of a second, and with bursts of no more. */
export class RateLimiter extends Pacer {
  /** How many bytes to transfer at once. */
  readonly chunkSize: number;

  /** Limits to a rate in bytes per second. */
  constructor(rate: number) {
    super(rate, rate / CHUNKS_PER_SECOND);
    this.chunkSize = Math.max(1, Math.floor(rate / CHUNKS_PER_SECOND));
  }
}
