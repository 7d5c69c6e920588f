import { type Phase, TimeoutError } from "../errors/errors.ts";
import { progressText } from "./deadline.ts";
import { formatDuration } from "./units.ts";

/**
 * Timeouts of a session, one per phase. A timeout ends the session, since a late reply could not be told from the next
 * one.
 */
export class PhaseClock implements Disposable {
  /** Fires when a phase took too long, or the caller's signal does. */
  readonly signal: AbortSignal;
  /** Current phase, for errors. */
  phase = "connecting";
  /** The same in the words that all timeouts have. */
  step: Phase = "connect";
  readonly #controller = new AbortController();
  readonly #timeout: number;
  #limit: number;
  readonly #peer: string;
  readonly #forget: () => void;
  #began = 0;
  #paused = false;
  #timer?: ReturnType<typeof setTimeout>;

  /** Starts with the first phase; `timeout` is in milliseconds, for each. */
  constructor(peer: string, timeout: number, signal?: AbortSignal) {
    this.signal = this.#controller.signal;
    this.#timeout = this.#limit = timeout;
    this.#peer = peer;
    const abort = () => this.#controller.abort(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    this.#forget = () => signal?.removeEventListener("abort", abort);
    this.enter(this.phase);
  }

  /** Starts a phase, or restarts the timeout of the current one; `timeout` is for this phase only, and not below the usual one. */
  enter(phase: string, step: Phase = "first-byte", timeout: number = this.#timeout): void {
    this.#limit = Math.max(timeout, this.#timeout);
    this.phase = phase;
    this.step = step;
    this.#began = performance.now();
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#check(), this.#timeout);
    else if (this.#paused) Deno.refTimer(this.#timer);
    this.#paused = false;
  }

  /** Stops the time: nothing is waited for, and the timer does not keep the program running. */
  pause(): void {
    if (this.#timer !== undefined && !this.#paused) Deno.unrefTimer(this.#timer);
    this.#paused = true;
  }

  /** Phases are many and short: one timer looks now and then, instead of one for each. */
  #check(): void {
    this.#timer = undefined;
    if (this.#paused) return;
    const left = this.#began + this.#limit - performance.now();
    if (left > 0) this.#timer = setTimeout(() => this.#check(), left);
    else {
      const what = `${this.#peer}: ${this.phase}`;
      const { phase: operation, step: phase } = this;
      const text = `timed out after ${formatDuration(this.#limit)}${progressText({ phase })}: ${what}`;
      this.#controller.abort(new TimeoutError(text, { operation, phase, peer: this.#peer }));
    }
  }

  /** Forgets timer and signal. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#forget();
  }
}
