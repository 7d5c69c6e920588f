import { type Phase, TimeoutError, UsageError } from "../errors/errors.ts";
import { formatDuration, formatSize } from "./units.ts";

/** Maximum delay of the runtime's timers in milliseconds: 24 days. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

/** Options of every call that waits. */
export interface WaitOptions {
  /**
   * Aborts the call; it rejects with the reason of the signal.
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
  /**
   * Maximum duration of the call in milliseconds. Without it there is no limit.
   * @default {undefined}
   */
  readonly timeout?: number;
}

/**
 * Deadline of a call, from the caller's signal and timeout.
 *
 * @example Bound a wait
 * ```ts
 * import { Deadline, TimeoutError } from "../mod.ts";
 * import { assertRejects } from "@std/assert";
 *
 * using deadline = new Deadline({ timeout: 10 }, "wait for nothing");
 * await assertRejects(() => deadline.race(new Promise(() => {})), TimeoutError);
 * ```
 */
export class Deadline implements Disposable {
  /** Fires when the time is over or the caller's signal fires. */
  readonly signal: AbortSignal;
  /** Current phase, named by a timeout. */
  phase?: Phase;
  /** Number of bytes received in that phase so far. */
  bytes?: number;
  readonly #timer?: ReturnType<typeof setTimeout>;
  readonly #end: number;
  readonly #controller = new AbortController();
  readonly #forget?: () => void;

  /**
   * Starts the timer. `what` completes the message "timed out after 10s: …".
   *
   * @throws {UsageError} When the timeout is not a number of milliseconds.
   */
  constructor(options: WaitOptions, what: string, phase?: Phase) {
    this.signal = this.#controller.signal;
    this.phase = phase;
    const { signal, timeout } = options;
    checkTimeout(timeout, what);
    this.#end = timeout === undefined ? Infinity : performance.now() + timeout;
    if (signal?.aborted) this.#controller.abort(signal.reason);
    else if (signal) {
      const abort = () => this.#controller.abort(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      this.#forget = () => signal.removeEventListener("abort", abort);
    }
    if (timeout !== undefined) {
      this.#timer = setTimeout(
        () => this.#controller.abort(timedOut(timeout, what, this)),
        Math.min(timeout, MAX_TIMER_MS),
      );
    }
  }

  /** Milliseconds left, `Infinity` without a timeout. */
  get remaining(): number {
    return Math.max(0, this.#end - performance.now());
  }

  /** Settles as `work` does, or rejects when the deadline passes first. `work` itself continues. */
  race<T>(work: Promise<T>): Promise<T> {
    return raceSignal(work, this.signal);
  }

  /** Clears the timer and ignores the caller's signal. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#forget?.();
  }
}

/** A timer takes NaN as 0 and a text as a number: a mistake would look like a peer that does not answer. */
function checkTimeout(timeout: number | undefined, what: string): void {
  if (timeout === undefined || typeof timeout === "number" && timeout >= 0) return;
  throw new UsageError(`cannot ${what}: invalid timeout ${String(timeout)}: must be 0 or more milliseconds`);
}

/** Progress of a wait when its time ran out. */
export interface Progress {
  /** Phase of the wait. */
  readonly phase?: Phase;
  /** Number of bytes received in that phase. */
  readonly bytes?: number;
}

/** Returns the error of a wait that took longer than `timeout` milliseconds; `what` is the operation. */
export function timedOut(timeout: number, what: string, progress: Progress = {}): TimeoutError {
  const text = `timed out after ${formatDuration(timeout)}${progressText(progress)}: ${what}`;
  return new TimeoutError(text, { operation: what, phase: progress.phase, bytes: progress.bytes });
}

/** Formats the progress of a wait as the part of an error message in brackets. */
export function progressText({ phase, bytes }: Progress): string {
  const received = bytes === undefined ? "" : `, ${formatSize(bytes)} received`;
  return phase === undefined ? "" : ` (phase: ${phase}${received})`;
}

/** Settles as `work` does, or rejects with the signal's reason when that fires first. */
export function raceSignal<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work;
  // The loser of the race must not end the process as an unhandled rejection.
  work.catch(() => {});
  if (signal.aborted) return Promise.reject(signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  return promise;
}
