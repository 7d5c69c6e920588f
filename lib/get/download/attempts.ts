import { type Deadline, NetworkError, ToucanError } from "../../core/mod.ts";
import { validatorOf } from "./entity.ts";
import { shownUrl } from "./naming/naming.ts";
import type { Place } from "./naming/place.ts";
import type { Source } from "./source.ts";
import type { DownloadOptions } from "./types.ts";
import { sleep } from "./wait.ts";

/** Maximum number of restarts of a download. */
const MAX_RESTARTS = 2;

/** Counts the attempts of a download, and decides whether another one follows. */
export class Attempts {
  /** Number of attempts so far. */
  count = 0;
  readonly #options: DownloadOptions;
  readonly #place: Place;
  readonly #source: Source;
  #failures = 0;
  #restarts = 0;

  constructor(options: DownloadOptions, place: Place, source: Source) {
    this.#options = options;
    this.#place = place;
    this.#source = source;
  }

  /** Waits for the next attempt; rethrows the error when no retry can help. */
  async waitAfter(error: unknown, deadline: Deadline): Promise<void> {
    const { retries = 3, onEvent } = this.#options;
    this.#place.settleTurn();
    if (deadline.signal.aborted || this.#failures >= retries || this.#isStuck) throw error;
    const wait = this.#source.waitAfter(error, this.#failures);
    if (!(error instanceof ToucanError) || wait === undefined || wait >= deadline.remaining) throw error;
    onEvent?.({ kind: "retry", error, wait });
    await sleep(wait, deadline.signal);
    this.#failures++;
  }

  /** Whether bytes were written to a sink and no validator could prove that a further response continues them. */
  get #isStuck(): boolean {
    const { destination } = this.#place;
    return destination?.skips === true && destination.size > 0 && validatorOf(destination.entity) === undefined;
  }

  /**
   * Discards the local part, so that the next attempt starts at byte 0.
   *
   * @throws {NetworkError} `range-unsound` when the maximum number of restarts is exceeded.
   */
  restart(reason: string): void {
    if (++this.#restarts > MAX_RESTARTS) {
      throw new NetworkError(`the server's range responses are inconsistent: ${reason}`, {
        code: "range-unsound",
        operation: "get",
      });
    }
    this.#options.onEvent?.({ kind: "restart", reason });
    this.#place.resumedFrom = 0;
    // An entity without a validator is requested whole.
    this.#place.destination?.begin({ url: shownUrl(this.#source.url) });
  }
}
