import { SystemError } from "../../../core/mod.ts";
import type { History } from "../../history/history.ts";
import type { ChannelStore } from "../channel/channel_store.ts";
import type { SendQueue, SendScheduler } from "./send_queue.ts";

/** Callbacks for failed commits. */
export interface CommitFailureHandler {
  /** Called with an error when messages are rejected for now, and without one when they are accepted again. */
  paused(error?: SystemError): void;
  /** Called when no message can be committed any more; nothing is sent after that. */
  failed(error: unknown): void;
}

/** Errors that may be temporary: a full disk, a file locked by another program. */
const TRANSIENT_ERRORS = new Set(["disk-full", "history-busy"]);
/** Interval of the checks whether a temporary error has passed. */
const RETRY_INTERVAL_MS = 1000;

/**
 * Releases messages after they are committed. All messages of one turn are committed together and then sent: whatever a
 * client has received or has seen acknowledged survives the end of this process.
 */
export class CommitQueue implements SendScheduler {
  readonly #history: History;
  readonly #handler: CommitFailureHandler;
  #dirty: SendQueue[] = [];
  #scheduled = false;
  #broken = false;
  /** Time of the last check that failed. */
  #paused?: number;

  #store?: ChannelStore;

  /** Creates a queue that commits to `history`. */
  constructor(history: History, handler: CommitFailureHandler) {
    this.#history = history;
    this.#handler = handler;
  }

  /** Commits the changes of channels, too. */
  attach(store: ChannelStore): void {
    this.#store = store;
  }

  /** Whether there is nothing to commit before sending. */
  get open(): boolean {
    return !this.#scheduled && !this.#broken;
  }

  /** Returns whether messages can be committed now. After a temporary error this is checked again at intervals. */
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

  /** Schedules a queue that has messages to send. */
  dirty(sendQueue: SendQueue): void {
    this.#dirty.push(sendQueue);
    this.schedule();
  }

  /** Schedules a commit after this turn. */
  schedule(): void {
    if (this.#scheduled || this.#broken) return;
    this.#scheduled = true;
    setTimeout(() => this.run(), 0);
  }

  /** Commits and sends now. */
  run(): void {
    if (this.#broken) return;
    const { pending } = this.#history;
    try {
      const saves = this.canCommit();
      if (saves) this.#store?.write();
      this.#history.commit();
      if (saves) this.#store?.written();
    } catch (error) {
      // A channel can be written later: no client has an acknowledgement for it.
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
   * Handles a failed commit: its messages are not sent, and their recipients are disconnected, since the queued
   * messages cannot be told apart. They can reconnect and read the committed messages from the history.
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
