/** Milliseconds after which long work yields. */
const SLICE_MS = 25;

/** Lets long synchronous work yield to timers, signals and other clients. */
export class TimeSlice {
  #since = performance.now();

  /** Yields to the event loop if this turn has taken long enough. Call it between two steps of the work. */
  async pass(): Promise<void> {
    if (!this.due) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#since = performance.now();
  }

  /** Whether this turn has taken long enough; checking it first saves a promise for each step. */
  get due(): boolean {
    return performance.now() - this.#since > SLICE_MS;
  }
}
