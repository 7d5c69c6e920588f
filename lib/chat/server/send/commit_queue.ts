import { SystemError } from "../../../core/mod.ts";
import type { History } from "../../history/history.ts";
import type { ChannelStore } from "../channel/channel_store.ts";
import type { SendQueue, SendScheduler } from "./send_queue.ts";

/** Who is told when messages cannot be kept. */
export interface CommitFailureHandler {
  /** For now: messages are refused until they can be. Without an error: they can be again. */
  paused(error?: SystemError): void;
  /** For good: nothing leaves any more. */
  failed(error: unknown): void;
}

/** Failures that may pass: a full disk, a file that another program has locked. */
const TRANSIENT_ERRORS = new Set(["disk-full", "history-busy"]);
/** Milliseconds after which it is looked at again whether one has passed. */
const RETRY_INTERVAL_MS = 1000;

/**
 * Lets messages leave. All that was said in one turn is first kept, in one go, and then sent: what a client has seen
 * acknowledged, or anybody has received, survives whatever happens to this process.
 */
export class CommitQueue implements SendScheduler {
  readonly #history: History;
  readonly #handler: CommitFailureHandler;
  #dirty: SendQueue[] = [];
  #scheduled = false;
  #broken = false;
  /** When it was last seen that nothing can be kept. */
  #paused?: number;

  #store?: ChannelStore;

  /** Keeps in `history`. */
  constructor(history: History, handler: CommitFailureHandler) {
    this.#history = history;
    this.#handler = handler;
  }

  /** Has what has changed of channels kept as well. */
  attach(store: ChannelStore): void {
    this.#store = store;
  }

  /** Whether there is nothing that has to be kept first. */
  get open(): boolean {
    return !this.#scheduled && !this.#broken;
  }

  /** Whether what is said now can be kept. After a failure that may pass this is looked at again now and then. */
  canCommit(): boolean {
    if (this.#broken) return false;
    if (this.#paused === undefined) return true;
    const now = performance.now();
    if (now - this.#paused < RETRY_INTERVAL_MS) return false;
    this.#paused = now;
    if (!this.#history.canWrite()) return false;
    this.#paused = undefined;
    this.#handler.paused();
    return true;
  }

  /** Is told that an sendQueue has something to send. */
  dirty(sendQueue: SendQueue): void {
    this.#dirty.push(sendQueue);
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
      const saves = this.canCommit();
      if (saves) this.#store?.write();
      this.#history.commit();
      if (saves) this.#store?.written();
    } catch (error) {
      // A channel can be written later: no client was told that it is.
      if (pending || !isTransient(error)) return this.fail(error);
      this.#history.rollback();
      this.#pause(error);
    }
    this.#scheduled = false;
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const sendQueue of dirty) sendQueue.flush();
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
    if (!isTransient(error)) this.#broken = true;
    for (const sendQueue of dirty) sendQueue.cut();
    if (isTransient(error)) this.#pause(error);
    else this.#handler.failed(error);
  }

  #pause(error: SystemError): void {
    const first = this.#paused === undefined;
    this.#paused = performance.now();
    if (first) this.#handler.paused(error);
  }
}

function isTransient(error: unknown): error is SystemError {
  return error instanceof SystemError && TRANSIENT_ERRORS.has(error.code);
}
