/** Ratio of neighbouring bounds, and the first bound in milliseconds. */
const STEP = 1.1;
const FIRST_MS = 0.05;
const BUCKETS = 160;

/** Histogram of latencies in constant memory, exact to 10 %. */
export class Latencies {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #max = 0;

  /** Adds a latency in milliseconds. */
  add(ms: number): void {
    const bucket = ms <= FIRST_MS ? 0 : Math.ceil(Math.log(ms / FIRST_MS) / Math.log(STEP));
    const index = Math.min(BUCKETS - 1, bucket);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count++;
    this.#max = Math.max(this.#max, ms);
  }

  /** Returns the time within which a share of the responses came; undefined without any. */
  percentile(share: number): number | undefined {
    if (this.#count === 0) return undefined;
    let left = share * this.#count;
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return round(Math.min(this.#max, FIRST_MS * STEP ** bucket));
    }
    return round(this.#max);
  }

  /** The longest. */
  get max(): number {
    return round(this.#max);
  }
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
