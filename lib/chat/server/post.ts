import type { History } from "../history/history.ts";
import type { Outbox, PostOffice } from "./outbox.ts";

/**
 * Lets messages leave. All that was said in one turn is first kept, in one go, and then sent: what a client has seen
 * acknowledged, or anybody has received, survives whatever happens to this process.
 */
export class Post implements PostOffice {
  readonly #history: History;
  readonly #failed: (error: unknown) => void;
  #dirty: Outbox[] = [];
  #scheduled = false;
  #broken = false;

  /** Keeps in `history`; when that fails nothing leaves any more, and `failed` is called. */
  constructor(history: History, failed: (error: unknown) => void) {
    this.#history = history;
    this.#failed = failed;
  }

  /** Whether there is nothing that has to be kept first. */
  get open(): boolean {
    return !this.#scheduled && !this.#broken;
  }

  /** Is told that an outbox has something to send. */
  dirty(outbox: Outbox): void {
    this.#dirty.push(outbox);
    this.schedule();
  }

  /** Makes sure that what was said is kept soon. */
  schedule(): void {
    if (this.#scheduled || this.#broken) return;
    this.#scheduled = true;
    setTimeout(() => this.run(), 0);
  }

  /** Keeps and sends now. */
  run(): void {
    if (this.#broken) return;
    try {
      this.#history.commit();
    } catch (error) {
      return this.fail(error);
    }
    this.#scheduled = false;
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const outbox of dirty) outbox.flush();
  }

  /** Lets nothing leave any more: what was said cannot be kept. */
  fail(error: unknown): void {
    if (this.#broken) return;
    this.#broken = true;
    for (const outbox of this.#dirty) outbox.cut();
    this.#failed(error);
  }
}
