import { type Deadline, NetworkError, ToucanError } from "../../core/mod.ts";
import { validatorOf } from "./entity.ts";
import { shownUrl } from "./naming/naming.ts";
import type { Place } from "./naming/place.ts";
import type { Requester } from "./requester.ts";
import { sleep, waitBeforeRetry } from "./retry.ts";
import type { DownloadOptions } from "./types.ts";

/** Maximum number of times that a download begins anew. */
const MAX_RESTARTS = 2;

/** The attempts of a download: how many there were, and whether another one follows. */
export class Attempts {
  /** How many there were. */
  count = 0;
  readonly #options: DownloadOptions;
  readonly #place: Place;
  readonly #requester: Requester;
  #failures = 0;
  #restarts = 0;

  constructor(options: DownloadOptions, place: Place, requester: Requester) {
    this.#options = options;
    this.#place = place;
    this.#requester = requester;
  }

  /** Waits for the next attempt; throws the error where none makes sense. */
  async waitAfter(error: unknown, deadline: Deadline): Promise<void> {
    const { method = "GET", http2 = false, retries = 3, retryWait: first = 1000, retryRefused: refused = false } =
      this.#options;
    const { onEvent, body } = this.#options;
    this.#place.settleTurn();
    // What was read once cannot be sent again.
    const once = body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array);
    if (deadline.signal.aborted || this.#failures >= retries || once || this.#isStuck) throw error;
    const request = { method, reached: this.#requester.reached, http2 };
    const wait = waitBeforeRetry(error, request, this.#failures, { first, refused });
    if (!(error instanceof ToucanError) || wait === undefined || wait >= deadline.remaining) throw error;
    onEvent?.({ kind: "retry", error, wait });
    await sleep(wait, deadline.signal);
    this.#failures++;
  }

  /** Whether bytes went out that cannot be taken back, and nothing would tell that what comes next continues them. */
  get #isStuck(): boolean {
    const { destination } = this.#place;
    return destination?.skips === true && destination.size > 0 && validatorOf(destination.entity) === undefined;
  }

  /**
   * Discards what is there, so that the next attempt begins anew.
   *
   * @throws {NetworkError} `range-unsound` after some times.
   */
  restart(reason: string): void {
    if (++this.#restarts > MAX_RESTARTS) {
      throw new NetworkError(`it cannot be loaded in parts: ${reason}`, { code: "range-unsound", operation: "get" });
    }
    this.#options.onEvent?.({ kind: "restart", reason });
    this.#place.resumedFrom = 0;
    // What has no validator is asked for whole.
    this.#place.destination?.begin({ url: shownUrl(this.#requester.url) });
  }
}
