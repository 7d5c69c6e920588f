import type { MailStore, StoredMail } from "../../store/types.ts";
import { mayFit, needsLook } from "./filter.ts";
import type { MailFilter } from "./query.ts";
import type { MailReader } from "../reader.ts";

/** A request that waits for messages. */
interface Waiter {
  readonly filter: MailFilter;
  /** Number of messages to wait for. */
  readonly count: number;
  /** The messages that fit so far. */
  readonly found: Set<string>;
  readonly done: () => void;
}

/** The requests that wait for messages. Each new message is compared with what they wait for; only those it fits are woken. */
export class Waiters {
  readonly #reader: MailReader;
  readonly #waiting = new Set<Waiter>();

  /** Watches a store. */
  constructor(store: MailStore, reader: MailReader, signal: AbortSignal) {
    this.#reader = reader;
    const unwatch = store.watch((change) => {
      if ("added" in change) this.#added(change.added);
      else for (const { found } of this.#waiting) found.delete(change.removed);
    });
    signal.addEventListener("abort", unwatch, { once: true });
  }

  /** Number of waiting requests. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Resolves when as many messages fit as are waited for, or the signal fires. `initial` looks for those that are there; what comes
   * meanwhile is not missed.
   */
  async wait(
    filter: MailFilter,
    count: number,
    initial: () => Promise<readonly StoredMail[]>,
    signal: AbortSignal,
  ): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter: Waiter = { filter, count, found: new Set(), done: resolve };
    this.#waiting.add(waiter);
    const stop = () => resolve();
    signal.addEventListener("abort", stop, { once: true });
    try {
      for (const { id } of await initial()) waiter.found.add(id);
      if (signal.aborted || waiter.found.size >= count) return;
      await promise;
    } finally {
      this.#waiting.delete(waiter);
      signal.removeEventListener("abort", stop);
    }
  }

  #added(mail: StoredMail): void {
    if (this.#waiting.size === 0) return;
    const recipients = new Set(mail.to.map((address) => address.toLowerCase()));
    for (const waiter of this.#waiting) {
      if (!mayFit(mail, waiter.filter, recipients)) continue;
      if (needsLook(waiter.filter)) {
        this.#reader.fits(mail, waiter.filter).then((fits) => fits && this.#found(waiter, mail), () => {});
      } else this.#found(waiter, mail);
    }
  }

  #found(waiter: Waiter, { id }: StoredMail): void {
    waiter.found.add(id);
    if (waiter.found.size >= waiter.count) waiter.done();
  }
}
