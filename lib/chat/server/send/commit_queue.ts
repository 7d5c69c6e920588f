import { SystemError } from "../../../core/mod.ts";
import type { History } from "../../history/history.ts";
import type { ChannelStore } from "../channel/channel_store.ts";
import type { Outbox, PostOffice } from "./send_queue.ts";

/** Who is told when messages cannot be kept. */
export interface PostTrouble {
  /** For now: messages are refused until they can be. Without an error: they can be again. */
  paused(error?: SystemError): void;
  /** For good: nothing leaves any more. */
  failed(error: unknown): void;
}

/** Failures that may pass: a full disk, a file that another program has locked. */
const PASSING = new Set(["disk-full", "history-busy"]);
/** Milliseconds after which it is looked at again whether one has passed. */
const PATIENCE = 1000;

/**
 * Lets messages leave. All that was said in one turn is first kept, in one go, and then sent: what a client has seen
 * acknowledged, or anybody has received, survives whatever happens to this process.
 */
export class Post implements PostOffice {
  readonly #history: History;
  readonly #trouble: PostTrouble;
  #dirty: Outbox[] = [];
  #scheduled = false;
  #broken = false;
  /** When it was last seen that nothing can be kept. */
  #paused?: number;

  #store?: ChannelStore;

  /** Keeps in `history`. */
  constructor(history: History, trouble: PostTrouble) {
    this.#history = history;
    this.#trouble = trouble;
  }

  /** Has what has changed of channels kept as well. */
  saves(store: ChannelStore): void {
    this.#store = store;
  }

  /** Whether there is nothing that has to be kept first. */
  get open(): boolean {
    return !this.#scheduled && !this.#broken;
  }

  /** Whether what is said now can be kept. After a failure that may pass this is looked at again now and then. */
  keeps(): boolean {
    if (this.#broken) return false;
    if (this.#paused === undefined) return true;
    const now = performance.now();
    if (now - this.#paused < PATIENCE) return false;
    this.#paused = now;
    if (!this.#history.recovers()) return false;
    this.#paused = undefined;
    this.#trouble.paused();
    return true;
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
    const { pending } = this.#history;
    try {
      const saves = this.keeps();
      if (saves) this.#store?.write();
      this.#history.commit();
      if (saves) this.#store?.written();
    } catch (error) {
      // A channel can be written later: no client was told that it is.
      if (pending || !isPassing(error)) return this.fail(error);
      this.#history.rollback();
      this.#pause(error);
    }
    this.#scheduled = false;
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const outbox of dirty) outbox.flush();
  }

  /**
   * What was said cannot be kept: it leaves neither, and those who would have got it are cut off, since what waits for
   * them cannot be told apart. They come back, and find in the history what was kept.
   */
  fail(error: unknown): void {
    if (this.#broken) return;
    const dirty = this.#dirty;
    this.#dirty = [];
    this.#scheduled = false;
    this.#history.rollback();
    if (!isPassing(error)) this.#broken = true;
    for (const outbox of dirty) outbox.cut();
    if (isPassing(error)) this.#pause(error);
    else this.#trouble.failed(error);
  }

  #pause(error: SystemError): void {
    const first = this.#paused === undefined;
    this.#paused = performance.now();
    if (first) this.#trouble.paused(error);
  }
}

function isPassing(error: unknown): error is SystemError {
  return error instanceof SystemError && PASSING.has(error.code);
}
