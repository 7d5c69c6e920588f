import { TokenBucket } from "../../core/mod.ts";
import { Http2Error } from "../codec/http2/errors.ts";

/** Frames without a request that a client may send at once, and per second. */
const CONTROL_BURST = 1000;
const CONTROL_PER_SECOND = 200;
/** Frames of that kind that belong to each request, and to each frame of data sent. */
const PER_REQUEST = 4;
const PER_DATA = 2;
/** Streams that may be reset at once, and per second. */
const RESET_BURST = 200;
const RESETS_PER_SECOND = 50;

/**
 * Bounds what a client can make a server do without a response: PING, SETTINGS, PRIORITY, WINDOW_UPDATE, empty and tiny
 * DATA frames (CVE-2019-9511 and those with it), and streams that are reset while their requests are in work (CVE-2023-44487), also
 * by frames that make the server reset them (CVE-2025-8671).
 */
export class FloodGuard {
  readonly #control: TokenBucket;
  readonly #resets: TokenBucket;
  readonly #now: () => number;

  /** Creates a guard; `now` returns the time in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#control = new TokenBucket(CONTROL_BURST, CONTROL_PER_SECOND, { now: now() });
    this.#resets = new TokenBucket(RESET_BURST, RESETS_PER_SECOND, { now: now() });
  }

  /**
   * Counts a frame other than a request.
   *
   * @throws {Http2Error} `ENHANCE_YOUR_CALM`.
   */
  control(): void {
    if (!this.#control.tryTake(1, this.#now())) throw new Http2Error("ENHANCE_YOUR_CALM", "too many control frames");
  }

  /**
   * Counts a stream that was reset before its response was complete, or refused.
   *
   * @throws {Http2Error} `ENHANCE_YOUR_CALM`.
   */
  reset(): void {
    if (!this.#resets.tryTake(1, this.#now())) throw new Http2Error("ENHANCE_YOUR_CALM", "too many streams were reset");
  }

  /** Allows the frames that go with a request. */
  request(): void {
    this.#control.tryTake(-PER_REQUEST, this.#now());
  }

  /** Allows the frames with which a client acknowledges data. */
  sentData(): void {
    this.#control.tryTake(-PER_DATA, this.#now());
  }
}
