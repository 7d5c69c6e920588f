/** Number of questions at once: at first, at least and at most. */
const INITIAL = 64;
const MIN = 8;
const MAX = 256;
/** Share of timeouts above which the number shrinks. */
const LOSS = 0.05;

/**
 * Number of questions at the same time. It grows while that raises the rate, and shrinks when queries are lost.
 */
export class Window {
  readonly #fixed: boolean;
  #size: number;
  #finished = 0;
  #lost = 0;
  #since = performance.now();
  #rate = 0;

  /** Creates a window of a fixed size, or one that adapts. */
  constructor(fixed?: number) {
    this.#fixed = fixed !== undefined;
    this.#size = fixed ?? INITIAL;
  }

  /** The number. */
  get size(): number {
    return this.#size;
  }

  /** Counts a question that was finished, and whether a query for it was lost. */
  finished(lost: boolean): void {
    if (this.#fixed) return;
    this.#finished++;
    if (lost) this.#lost++;
    if (this.#finished < 4 * this.#size) return;
    const now = performance.now();
    const rate = this.#finished / Math.max(1, now - this.#since);
    if (this.#lost > LOSS * this.#finished) this.#size = Math.max(MIN, Math.floor(this.#size * 0.7));
    else if (rate > 1.1 * this.#rate) this.#size = Math.min(MAX, Math.ceil(this.#size * 1.5));
    this.#rate = rate;
    this.#finished = this.#lost = 0;
    this.#since = now;
  }
}
