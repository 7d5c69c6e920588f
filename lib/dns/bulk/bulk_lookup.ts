import { NetworkError, TimeoutError } from "../../core/mod.ts";
import { ServerHealth } from "../client/health.ts";
import { searched } from "../system/search.ts";
import { withEdns } from "../client/resolver.ts";
import { BulkServer, leastLoaded } from "./bulk_server.ts";
import { failureOf, type Outcome, outcomeOf } from "./outcome.ts";
import type { BulkItem, BulkOptions, BulkRecord, BulkSummary } from "./types.ts";
import { WildcardCheck } from "./wildcard_check.ts";
import { Window } from "./window.ts";

/** Responses after which another server is asked. */
const TRY_ANOTHER: ReadonlySet<string> = new Set(["SERVFAIL", "REFUSED", "NOTIMP", "FORMERR"]);
/** Questions that wait longer than usual, and do not count for the window: a few silent names must not stop the others. */
const MAX_SLOW = 5000;
/** Finished records that wait for an earlier one when the order is kept. */
const MAX_HELD = 20_000;
const SHOWN_TIMEOUTS: ReadonlySet<string> = new Set(["TIMEOUT", "UNREACHABLE"]);

interface Task {
  readonly position: number;
  readonly item: BulkItem;
  readonly type: string;
  slow: boolean;
  lost: boolean;
}

/**
 * Looks up many names at the same time, with exactly one record for each input and type. Several servers share the load;
 * one that does not answer rests. Inputs are read as they are needed, and records leave as they are ready: memory does
 * not grow with their number.
 */
export class BulkLookup {
  readonly #items: AsyncIterator<BulkItem> | Iterator<BulkItem>;
  readonly #options: BulkOptions;
  readonly #servers: readonly BulkServer[];
  readonly #window: Window;
  readonly #wildcards?: WildcardCheck;
  readonly #statuses = new Map<string, number>();
  /** Tells a server that does not run from a silent one, until it has answered. */
  readonly #health = new ServerHealth();
  readonly #never = new AbortController().signal;
  readonly #start = performance.now();
  readonly #held = new Map<number, BulkRecord | undefined>();
  #ready: BulkRecord[] = [];
  #queue: Task[] = [];
  #read = 0;
  #next = 0;
  #inFlight = 0;
  #slow = 0;
  #queries = 0;
  #finished = 0;
  #reading = false;
  #ended = false;
  #failure?: { readonly error: unknown };
  #wake?: () => void;

  /** Creates a lookup of the items; it begins when its {@link records} are read. */
  constructor(items: AsyncIterable<BulkItem> | Iterable<BulkItem>, options: BulkOptions) {
    this.#items = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
    this.#options = options;
    this.#servers = options.servers.map((server) => new BulkServer(server, options.rate));
    this.#window = new Window(options.concurrency);
    if (options.wildcardCheck) this.#wildcards = new WildcardCheck((name, type) => this.#ask(name, type));
  }

  /**
   * Yields the records, those that are ready together.
   *
   * @throws {unknown} The reason of the signal, an error of the inputs, or a local one.
   */
  async *records(): AsyncGenerator<readonly BulkRecord[]> {
    const { signal } = this.#options;
    const abort = () => this.#fail(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    try {
      while (true) {
        if (this.#failure) throw this.#failure.error;
        this.#fill();
        if (this.#ready.length > 0) {
          const batch = this.#ready;
          this.#ready = [];
          yield batch;
          continue;
        }
        if (this.#ended && this.#inFlight + this.#slow + this.#queue.length === 0) return;
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Returns the numbers so far. */
  summary(): BulkSummary {
    const ms = performance.now() - this.#start;
    return {
      finished: this.#finished,
      queries: this.#queries,
      rate: Math.round(this.#finished / Math.max(ms, 1) * 1000),
      ms: Math.round(ms),
      statuses: Object.fromEntries([...this.#statuses].sort(([one], [other]) => one < other ? -1 : 1)),
      servers: this.#servers.map((server) => server.summary()),
    };
  }

  /** Begins what the window has room for. */
  #fill(): void {
    while (this.#inFlight < this.#window.size && this.#slow < MAX_SLOW && this.#held.size < MAX_HELD) {
      const task = this.#queue.shift();
      if (task) this.#begin(task);
      else if (this.#ended || this.#reading) return;
      else if (!this.#readItem()) return;
    }
  }

  /** Reads an item; false if it has to be waited for. */
  #readItem(): boolean {
    const step = this.#items.next();
    if (!(step instanceof Promise)) {
      this.#take(step);
      return true;
    }
    this.#reading = true;
    step.then((step) => {
      this.#reading = false;
      this.#take(step);
      this.#fill();
      this.#wake?.();
    }, (error) => this.#fail(error));
    return false;
  }

  #take(step: IteratorResult<BulkItem>): void {
    if (step.done) {
      this.#ended = true;
      return;
    }
    const item = step.value;
    for (const type of item.types) {
      const task = { position: this.#read++, item, type, slow: false, lost: false };
      if (this.#options.skip?.(task.position)) this.#release(task.position, undefined);
      else this.#queue.push(task);
    }
  }

  #begin(task: Task): void {
    this.#inFlight++;
    this.#lookUp(task).then((record) => this.#finish(task, record), (error) => this.#fail(error));
  }

  async #lookUp(task: Task): Promise<BulkRecord> {
    const { position, type, item: { input, name, error } } = task;
    const head = { position, input, name, type };
    if (error) return { ...head, status: "INVALID", attempts: 0, ms: 0, answers: [], error };
    const outcome: Outcome & { attempts: number; name?: string } =
      task.item.written !== undefined && this.#options.search
        ? await this.#search(task.item.written, this.#options.search, task)
        : await this.#ask(name, type, task);
    const wildcard = await this.#wildcards?.explains(outcome.name ?? name, type, outcome);
    return { ...head, ...outcome, ...(wildcard !== undefined && { wildcard }) };
  }

  /** Asks about the names that a relative name may stand for. */
  #search(written: string, search: NonNullable<BulkOptions["search"]>, task: Task) {
    return searched(written, search, this.#options.signal ?? this.#never, async (name) => {
      return { name, ...await this.#ask(name, task.type, task) };
    });
  }

  /** Asks until there is an outcome that no other query would change. */
  async #ask(name: string, type: string, task?: Task): Promise<Outcome & { readonly attempts: number }> {
    const { attempts = 3, wait = 5000, connections, flags, signal } = this.#options;
    const question = { ...flags, name, type };
    let server: BulkServer | undefined;
    let declined: Outcome | undefined;
    for (let attempt = 1;; attempt++) {
      server = leastLoaded(this.#servers, server);
      const last = attempt >= attempts;
      server.inFlight++;
      this.#queries++;
      let start = performance.now();
      let outcome: Outcome;
      try {
        const turn = server.turn(signal);
        if (turn) start = await turn.then(() => performance.now());
        const time = last ? wait : Math.min(wait, server.retryAfter(attempt));
        const times = { expires: start + time, expiresOverTcp: start + wait };
        const to = server.server;
        const reply = server.runs || to.protocol !== "udp"
          ? await withEdns(connections, to, question, times)
          : await this.#health.watch(
            to,
            signal ?? this.#never,
            (signal) => withEdns(connections, to, question, { ...times, signal }),
          );
        server.answered(reply.ms);
        outcome = outcomeOf(reply, name, type, this.#options.replies);
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (error instanceof TimeoutError || error instanceof NetworkError) {
          server.failed(error instanceof TimeoutError);
        }
        outcome = failureOf(error, server.name, Math.round((performance.now() - start) * 10) / 10);
        if (task && SHOWN_TIMEOUTS.has(outcome.status)) this.#slowDown(task);
      } finally {
        server.inFlight--;
      }
      if (outcome.status === "INVALID") return { ...outcome, attempts: 0 };
      const again = SHOWN_TIMEOUTS.has(outcome.status) || outcome.status === "MALFORMED" ||
        TRY_ANOTHER.has(outcome.status);
      if (!again) return { ...outcome, attempts: attempt };
      // A response that declines says more than the silence of another server.
      if (TRY_ANOTHER.has(outcome.status)) declined = outcome;
      if (last || this.#isFinal(outcome)) return { ...(declined ?? outcome), attempts: attempt };
    }
  }

  /** Whether asking again is of no use: the only server has said so clearly. */
  #isFinal({ status }: Outcome): boolean {
    return this.#servers.length === 1 && (status === "REFUSED" || status === "NOTIMP" || status === "FORMERR");
  }

  /** Lets another question begin while this one waits longer than usual. */
  #slowDown(task: Task): void {
    task.lost = true;
    if (task.slow) return;
    task.slow = true;
    this.#inFlight--;
    this.#slow++;
    this.#fill();
  }

  #finish(task: Task, record: BulkRecord): void {
    if (task.slow) this.#slow--;
    else this.#inFlight--;
    this.#finished++;
    this.#statuses.set(record.status, (this.#statuses.get(record.status) ?? 0) + 1);
    this.#window.finished(task.lost);
    this.#release(task.position, record);
    this.#fill();
    this.#wake?.();
  }

  /** Lets a record leave: at once, or with the order kept when all before it have left. */
  #release(position: number, record: BulkRecord | undefined): void {
    if (!this.#options.ordered) {
      if (record) this.#ready.push(record);
      return;
    }
    this.#held.set(position, record);
    while (this.#held.has(this.#next)) {
      const next = this.#held.get(this.#next);
      this.#held.delete(this.#next++);
      if (next) this.#ready.push(next);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake?.();
  }
}
