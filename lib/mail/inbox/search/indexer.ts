import type { MailStore, StoredMail } from "../../store/types.ts";
import { type MailReader, TOGETHER } from "../reader.ts";

/** Milliseconds without a new message after which the index is brought up to date: senders come first. */
const QUIET_MS = 250;

/** Reads new messages ahead of the first search, while nothing comes in. */
export class Indexer {
  readonly #reader: MailReader;
  readonly #store: MailStore;
  readonly #stop: AbortSignal;
  #queue: StoredMail[] = [];
  #timer?: ReturnType<typeof setTimeout>;
  #last = 0;

  /** Watches a store. */
  constructor(store: MailStore, reader: MailReader, stop: AbortSignal) {
    this.#store = store;
    this.#reader = reader;
    this.#stop = stop;
    for (const mail of store.messages) if (!reader.isIndexed(mail.id)) this.#added(mail);
    const unwatch = store.watch((change) => "added" in change && this.#added(change.added));
    stop.addEventListener("abort", () => {
      unwatch();
      clearTimeout(this.#timer);
      this.#queue = [];
    }, { once: true });
  }

  #added(mail: StoredMail): void {
    if (this.#stop.aborted) return;
    this.#queue.push(mail);
    this.#last = performance.now();
    this.#timer ??= setTimeout(() => this.#run(), QUIET_MS);
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && performance.now() - this.#last >= QUIET_MS) {
      // What was deleted meanwhile is not read.
      const some = this.#queue.splice(0, TOGETHER).filter(({ id }) => this.#store.get(id));
      await this.#reader.index(some).catch(() => {});
      if (this.#stop.aborted) return;
    }
    this.#timer = this.#queue.length > 0 ? setTimeout(() => this.#run(), QUIET_MS) : undefined;
  }
}
