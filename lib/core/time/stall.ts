import { TimeoutError } from "../errors/errors.ts";
import { type Progress, progressText } from "./deadline.ts";
import { formatDuration } from "./units.ts";

/** Milliseconds without data that are allowed by default. */
export const STALL = 60_000;

/** The error of a connection on which no data has moved for `stall` milliseconds. */
export function stalled(peer: string, stall: number, progress: Progress): TimeoutError {
  return new TimeoutError(`${peer}: no data for ${formatDuration(stall)}${progressText(progress)}`, {
    code: "stalled",
    peer,
    ...progress,
  });
}

/**
 * Fires when a call waits and no data moves for too long, in whichever direction. While none waits, which may be as
 * long as the caller likes, it is silent.
 */
export class StallTimer {
  readonly #limit: number;
  readonly #fire: () => void;
  #timer?: ReturnType<typeof setTimeout>;
  #since = 0;
  #waiting = 0;
  #own = 0;

  /** `limit` is in milliseconds. */
  constructor(limit: number, fire: () => void) {
    this.#limit = limit;
    this.#fire = fire;
  }

  /** Waits for something with the clock running. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.begin();
    try {
      return await work;
    } finally {
      this.end();
    }
  }

  /** Begins to wait. */
  begin(): void {
    this.#since = performance.now();
    this.#waiting++;
    if (this.#timer === undefined) this.#start(this.#limit);
  }

  /** Ends a wait. */
  end(): void {
    this.#waiting--;
    this.#since = performance.now();
  }

  /** Waits for something of our own, which holds the clock. */
  async outside<T>(work: Promise<T>): Promise<T> {
    this.#own++;
    try {
      return await work;
    } finally {
      this.#own--;
      this.#since = performance.now();
    }
  }

  /** Ends it. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#waiting === 0) return;
    const rest = this.#own > 0 ? this.#limit : this.#since + this.#limit - performance.now();
    if (rest <= 0) this.#fire();
    else this.#start(rest);
  }

  /** Starts the timer. It keeps the program running only while a read is pending. */
  #start(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms);
    Deno.unrefTimer(this.#timer);
  }
}
