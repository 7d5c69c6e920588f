/** Milliseconds after which others get their turn. */
const SLICE_MS = 25;

/** Lets long work that blocks give others their turn: timers, signals, other clients. */
export class Turns {
  #since = performance.now();

  /** Gives others their turn when this one has taken long enough. Between two steps of the work. */
  async pass(): Promise<void> {
    if (!this.due) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#since = performance.now();
  }

  /** Whether this turn has taken long enough; asking first spares a promise for each step. */
  get due(): boolean {
    return performance.now() - this.#since > SLICE_MS;
  }
}
