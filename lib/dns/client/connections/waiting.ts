import { type AskOptions, onAbort } from "./ask_options.ts";
import type { SentQuery } from "./sent_query.ts";

/** A query that waits for its response. */
export interface Waiting {
  /** The query as it was sent. */
  readonly sent: SentQuery;
  /** When its time is over, in the milliseconds of `performance.now()`. */
  readonly expires: number;
  /** Takes the response, whose bytes are valid during the call only. */
  resolve(reply: Uint8Array): void;
  /** Takes the reason why there is none. */
  reject(reason: unknown): void;
}

/**
 * Returns a query that waits, and the promise of its response. When the signal fires, `forget` has to remove it, and returns
 * the reason for which the promise rejects.
 */
export function waitingQuery(
  sent: SentQuery,
  { expires, signal }: AskOptions,
  forget: (waiting: Waiting, reason: unknown) => unknown,
): { readonly waiting: Waiting; readonly reply: Promise<Uint8Array> } {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const waiting: Waiting = {
    sent,
    expires,
    resolve(reply) {
      stop();
      const copy = reply.slice();
      sent.restoreCase(copy);
      resolve(copy);
    },
    reject(error) {
      stop();
      reject(error);
    },
  };
  const stop = onAbort(signal, (reason) => reject(forget(waiting, reason)));
  return { waiting, reply: promise };
}

/** Shortest interval in which the times of all queries are compared, in milliseconds. */
const SWEEP_MS = 5;

/** Queries that wait, by their ids; one timer serves all of them. */
export class WaitingQueries {
  readonly #byId = new Map<number, Waiting>();
  readonly #expired: (waiting: Waiting) => unknown;
  #timer?: ReturnType<typeof setTimeout>;
  #next = Infinity;

  /** `expired` returns the error for a query whose time is over. */
  constructor(expired: (waiting: Waiting) => unknown) {
    this.#expired = expired;
  }

  /** Number of queries. */
  get size(): number {
    return this.#byId.size;
  }

  /** Whether a query with this id waits. */
  has(id: number): boolean {
    return this.#byId.has(id);
  }

  /** The query with this id. */
  get(id: number): Waiting | undefined {
    return this.#byId.get(id);
  }

  /** The query that was added first. */
  get first(): Waiting | undefined {
    return this.#byId.values().next().value;
  }

  /** Adds a query. */
  add(waiting: Waiting): void {
    this.#byId.set(waiting.sent.id, waiting);
    if (waiting.expires >= this.#next) return;
    clearTimeout(this.#timer);
    this.#arm(waiting.expires);
  }

  /** Removes a query, and returns whether it waited. */
  delete(waiting: Waiting): boolean {
    const { id } = waiting.sent;
    if (this.#byId.get(id) !== waiting) return false;
    this.#byId.delete(id);
    if (this.#byId.size === 0) this.#disarm();
    return true;
  }

  /** Rejects all queries whose time is over. */
  sweep(): void {
    const now = performance.now();
    let next = Infinity;
    for (const waiting of [...this.#byId.values()]) {
      if (waiting.expires <= now) {
        this.#byId.delete(waiting.sent.id);
        waiting.reject(this.#expired(waiting));
      } else next = Math.min(next, waiting.expires);
    }
    this.#disarm();
    if (this.#byId.size > 0) this.#arm(next);
  }

  /** Rejects the queries whose time is over if there may be any. */
  sweepDue(): void {
    if (performance.now() >= this.#next) this.sweep();
  }

  /** Rejects all queries. */
  fail(reason: unknown): void {
    const all = [...this.#byId.values()];
    this.#byId.clear();
    this.#disarm();
    for (const waiting of all) waiting.reject(reason);
  }

  #arm(at: number): void {
    this.#next = at;
    if (at === Infinity) return;
    this.#timer = setTimeout(() => this.sweep(), Math.min(2 ** 31 - 1, Math.max(SWEEP_MS, at - performance.now())));
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#next = Infinity;
  }
}
