import { StallTimer } from "../../../core/time/stall.ts";

/** Default of the milliseconds without data. */
const STALL_MS = 60_000;
/** Default of the milliseconds for a TCP handshake. */
const CONNECT_TIMEOUT_MS = 10_000;

/** User of a data connection that waits. */
export interface DataWait {
  /** Called when it has waited too long. */
  stalled(): void;
  /** Called when the session ends. */
  aborted(reason: unknown): void;
}

/** Time limits of the data connections of a session: one after the other, so that they share timers and a listener. */
export class DataClock implements Disposable {
  /** Milliseconds without data. */
  readonly stallMs: number;
  /** Milliseconds for a TCP handshake. */
  readonly connectMs: number;
  /** Connection in use. */
  current?: DataWait;
  /** Runs while data is waited for. */
  readonly moving: StallTimer;
  readonly #connecting: StallTimer;

  /** Ends with the signal. */
  constructor(signal: AbortSignal, options: { readonly stall?: number; readonly connectTimeout?: number }) {
    this.stallMs = options.stall ?? STALL_MS;
    this.connectMs = options.connectTimeout ?? CONNECT_TIMEOUT_MS;
    this.moving = new StallTimer(this.stallMs, () => this.current?.stalled());
    this.#connecting = new StallTimer(this.connectMs, () => this.current?.stalled());
    signal.addEventListener("abort", () => this.current?.aborted(signal.reason), { once: true });
  }

  /** Waits for a connection. */
  connecting<T>(work: Promise<T>): Promise<T> {
    return this.#connecting.during(work);
  }

  /** Forgets the timers. */
  [Symbol.dispose](): void {
    this.moving.stop();
    this.#connecting.stop();
  }
}
