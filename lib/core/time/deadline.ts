import { type Phase, TimeoutError, UsageError } from "../errors/errors.ts";
import { formatDuration, formatSize } from "./units.ts";

/** The longest time that a timer of the runtime takes, in milliseconds: 24 days, which is for ever in practice. */
export const LONGEST_TIMER: number = 2 ** 31 - 1;

/** What every call that waits takes. */
export interface WaitOptions {
  /**
   * Ends the call early; its reason is what the call throws.
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
  /**
   * Milliseconds for the whole call. Without it the call waits for ever.
   * @default {undefined}
   */
  readonly timeout?: number;
}

/**
 * One moment at which a call has to be over, made from the caller's signal and time.
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
  /** What is waited for at present: a timeout names it. */
  phase?: Phase;
  /** The bytes received in that phase so far. */
  bytes?: number;
  readonly #timer?: ReturnType<typeof setTimeout>;
  readonly #end: number;
  readonly #controller = new AbortController();
  readonly #forget?: () => void;

  /**
   * Starts the clock. `what` completes the message "timed out after 10s: …".
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
        Math.min(timeout, LONGEST_TIMER),
      );
    }
  }

  /** Milliseconds left, `Infinity` without a time. */
  get remaining(): number {
    return Math.max(0, this.#end - performance.now());
  }

  /** Settles as `work` does, or rejects when the deadline passes first. `work` itself goes on. */
  race<T>(work: Promise<T>): Promise<T> {
    return raceSignal(work, this.signal);
  }

  /** Forgets the timer and the caller's signal. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#forget?.();
  }
}

/** A timer takes NaN for 0 and text for a number: a mistake would look like a peer that does not answer. */
function checkTimeout(timeout: number | undefined, what: string): void {
  if (timeout === undefined || typeof timeout === "number" && timeout >= 0) return;
  throw new UsageError(`cannot ${what}: the timeout is ${String(timeout)}, give milliseconds, 0 or more`);
}

/** Where a wait was when its time ran out. */
export interface Progress {
  /** What was waited for. */
  readonly phase?: Phase;
  /** The bytes received in that phase. */
  readonly bytes?: number;
}

/** The error of a wait that took longer than `timeout` milliseconds. `what` is what was waited for. */
export function timedOut(timeout: number, what: string, progress: Progress = {}): TimeoutError {
  const text = `timed out after ${formatDuration(timeout)}${progressText(progress)}: ${what}`;
  return new TimeoutError(text, { operation: what, phase: progress.phase, bytes: progress.bytes });
}

/** Where a wait was, as the part of an error in brackets. */
export function progressText({ phase, bytes }: Progress): string {
  const received = bytes === undefined ? "" : `, ${formatSize(bytes)} received`;
  return phase === undefined ? "" : ` (phase: ${phase}${received})`;
}

/** Settles as `work` does, or rejects with the signal's reason when that fires first. */
export function raceSignal<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work;
  // Whoever loses the race must not end the process as an unhandled rejection.
  work.catch(() => {});
  if (signal.aborted) return Promise.reject(signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  return promise;
}
