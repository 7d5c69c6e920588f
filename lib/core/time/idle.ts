import { LONGEST_TIMER } from "./deadline.ts";

/** Fires when nothing has happened for a while. Touching it costs next to nothing. */
export class IdleTimer implements Disposable {
  #last = performance.now();
  #timer?: ReturnType<typeof setTimeout>;

  /** Starts waiting for `idle` milliseconds without a touch; without a number it waits for ever. */
  constructor(idle: number | undefined, fire: () => void) {
    if (idle === undefined) return;
    const look = () => {
      const rest = this.#last + idle - performance.now();
      if (rest <= 0) fire();
      else this.#timer = setTimeout(look, Math.min(rest, LONGEST_TIMER));
    };
    this.#timer = setTimeout(look, Math.min(idle, LONGEST_TIMER));
  }

  /** Says that something has happened. */
  touch(): void {
    this.#last = performance.now();
  }

  /** Stops waiting. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
