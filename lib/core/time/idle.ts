import { MAX_TIMER_MS } from "./deadline.ts";

/** Timer that fires after a time without a touch. A touch is cheap. */
export class IdleTimer implements Disposable {
  #last = performance.now();
  #timer?: ReturnType<typeof setTimeout>;

  /** Starts the timer with `idle` milliseconds; without a number it never fires. */
  constructor(idle: number | undefined, fire: () => void) {
    if (idle === undefined) return;
    const look = () => {
      const rest = this.#last + idle - performance.now();
      if (rest <= 0) fire();
      else this.#timer = setTimeout(look, Math.min(rest, MAX_TIMER_MS));
    };
    this.#timer = setTimeout(look, Math.min(idle, MAX_TIMER_MS));
  }

  /** Restarts the time. */
  touch(): void {
    this.#last = performance.now();
  }

  /** Stops the timer. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
