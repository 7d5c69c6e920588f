import { DnsMessageError, malformed } from "../codec/reader.ts";
import { replyInLettersOf } from "../codec/dname.ts";
import { decodeMessage, type DnsMessage } from "../codec/message.ts";
import { AnswerLines } from "./answer_line.ts";
import { isAskAgain } from "../client/connections/channel.ts";
import { type Asked, BulkAsker, type FirstQueryResult, isIncomplete, isUnsure } from "./bulk_asker.ts";
import { BulkServer, leastLoaded } from "./bulk_server.ts";
import { FirstQueries, type FirstQuery } from "./first_query.ts";
import { searched } from "../system/search.ts";
import { outcomeOf } from "./outcome.ts";
import type { BulkItem, BulkLine, BulkOptions, BulkRecord, BulkSummary } from "./types.ts";
import { WildcardCheck } from "./wildcard_check.ts";
import { Window } from "./window.ts";

/** Questions that wait longer than usual, and do not count for the window: a few silent names must not stop the others. */
const MAX_SLOW = 5000;
/** Finished records that wait for an earlier one when the order is kept. */
const MAX_HELD = 20_000;
/** Records that leave at once, and milliseconds after which fewer do. */
const READY = 256;
const READY_MS = 10;

/** A result: of a usual one its line, if lines are wanted. */
export type BulkResult = BulkRecord | BulkLine;

const NEVER = new AbortController().signal;

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
  readonly #groups?: AsyncIterator<Iterable<BulkItem>>;
  readonly #options: BulkOptions;
  readonly #servers: readonly BulkServer[];
  readonly #window: Window;
  readonly #wildcards?: WildcardCheck;
  readonly #statuses = new Map<string, number>();
  readonly #asker: BulkAsker;
  readonly #first: FirstQueries<Task>;
  readonly #lines?: AnswerLines;
  readonly #start = performance.now();
  readonly #held = new Map<number, BulkResult | undefined>();
  #items: Iterator<BulkItem> = [].values();
  #ready: BulkResult[] = [];
  #due = false;
  #timer?: ReturnType<typeof setTimeout>;
  #queue: Task[] = [];
  #read = 0;
  #next = 0;
  #inFlight = 0;
  #slow = 0;
  #finished = 0;
  #reading = false;
  #ended = false;
  #failure?: { readonly error: unknown };
  #wake?: () => void;

  /** Creates a lookup of the items; it begins when its {@link records} are read. */
  constructor(items: AsyncIterable<Iterable<BulkItem>> | Iterable<BulkItem>, options: BulkOptions) {
    if (Symbol.asyncIterator in items) this.#groups = items[Symbol.asyncIterator]();
    else this.#items = items[Symbol.iterator]();
    this.#options = options;
    this.#servers = options.servers.map((server) => new BulkServer(server, options.rate));
    this.#asker = new BulkAsker(options, this.#servers);
    this.#first = new FirstQueries(options, this.#asker, {
      answered: (query, reply) => this.#answered(query, reply),
      failed: (query, error) => this.#unanswered(query, error),
    });
    if (options.lines && canWriteLines(options, this.#servers)) this.#lines = new AnswerLines();
    this.#window = new Window(options.concurrency);
    if (options.wildcardCheck) this.#wildcards = new WildcardCheck((name, type) => this.#asker.ask(name, type));
  }

  /**
   * Yields the records, those that are ready together.
   *
   * @throws {unknown} The reason of the signal, an error of the inputs, or a local one.
   */
  async *records(): AsyncGenerator<readonly BulkResult[]> {
    const { signal } = this.#options;
    const abort = () => this.#fail(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    try {
      while (true) {
        if (this.#failure) throw this.#failure.error;
        this.#fill();
        const ended = this.#ended && this.#inFlight + this.#slow + this.#queue.length === 0;
        if (this.#ready.length > 0 && (ended || this.#due || this.#ready.length >= READY)) {
          this.#due = false;
          const batch = this.#ready;
          this.#ready = [];
          yield batch;
          continue;
        }
        if (ended) return;
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
    } finally {
      signal?.removeEventListener("abort", abort);
      clearTimeout(this.#timer);
    }
  }

  /** Returns the numbers so far. */
  summary(): BulkSummary {
    const ms = performance.now() - this.#start;
    return {
      finished: this.#finished,
      queries: this.#asker.queries,
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
    if (!step.done) {
      this.#take(step.value);
      return true;
    }
    if (!this.#groups) {
      this.#ended = true;
      return false;
    }
    this.#reading = true;
    this.#groups.next().then((step) => {
      this.#reading = false;
      if (step.done) this.#ended = true;
      else this.#items = step.value[Symbol.iterator]();
      this.#fill();
      this.#announce();
    }).catch((error) => this.#fail(error));
    return false;
  }

  #take(item: BulkItem): void {
    while (this.#read < (item.position ?? 0)) this.#release(this.#read++, undefined);
    for (const type of item.types) {
      const task = { position: this.#read++, item, type, slow: false, lost: false };
      if (this.#options.skip?.(task.position)) this.#release(task.position, undefined);
      else this.#queue.push(task);
    }
  }

  #begin(task: Task): void {
    this.#inFlight++;
    if (task.item.error || this.#isRelative(task) || !this.#first.send(task, leastLoaded(this.#servers))) {
      this.#ask(task);
    }
  }

  /** Whether a name may stand for several. */
  #isRelative({ item }: Task): boolean {
    return this.#options.search !== undefined && item.written !== undefined;
  }

  #ask(task: Task, first?: FirstQueryResult): void {
    this.#lookUp(task, first).then((record) => this.#finish(task, record)).catch((error) => this.#fail(error));
  }

  async #lookUp(task: Task, first?: FirstQueryResult): Promise<BulkRecord> {
    const { position, type, item: { input, name, written, error } } = task;
    const head = { position, input, name, type };
    if (error) return { ...head, status: "INVALID", attempts: 0, ms: 0, answers: [], error };
    const ask = (name: string) => this.#asker.ask(name, type, () => this.#slowDown(task), first);
    const { search, signal = NEVER } = this.#options;
    const outcome: Asked & { readonly name?: string } = search && written !== undefined
      ? await searched(written, search, signal, async (name) => ({ name, ...await ask(name) }))
      : await ask(name);
    const wildcard = await this.#wildcards?.explains(outcome.name ?? name, type, outcome);
    return { ...head, ...outcome, ...(wildcard !== undefined && { wildcard }) };
  }

  /** Takes a response to a first query. */
  #answered(query: FirstQuery<Task>, reply: Uint8Array): void {
    const { question: task, server, start, sent } = query;
    const { position, type, item } = task;
    const ms = Math.round((performance.now() - start) * 10) / 10;
    try {
      if (this.#lines && item.plain) {
        const { input, name } = item;
        const facts = {
          input,
          name,
          type,
          typeNumber: query.typeNumber,
          server: server.name,
          transport: server.server.protocol,
          ms,
        };
        const written = this.#lines.write(reply, sent.end, facts);
        if (written) {
          server.answered(ms);
          return this.#finish(task, { position, status: written.status, line: written.line });
        }
      }
      const message = replyInLettersOf(item.name, decodeMessage(reply));
      if (message.truncated && server.server.protocol !== "udp") {
        throw malformed("it is truncated although it came over TCP");
      }
      if (isIncomplete(message, this.#options.flags?.plain)) return this.#ask(task, { server, start, result: message });
      server.answered(ms);
      this.#decoded(task, server, start, ms, message);
    } catch (error) {
      if (error instanceof DnsMessageError) this.#unanswered(query, error);
      else this.#fail(error);
    }
  }

  #decoded(task: Task, server: BulkServer, start: number, ms: number, message: DnsMessage): void {
    const { position, type, item: { input, name } } = task;
    const question = { ...this.#options.flags, name, type };
    const { protocol: transport } = server.server;
    const reply = { message, question, server: server.name, transport, truncated: false, ms } as const;
    const outcome = outcomeOf(reply, name, type, this.#options.replies);
    if (this.#wildcards || isUnsure(outcome)) this.#ask(task, { server, start, result: outcome });
    else this.#finish(task, { position, input, name, type, ...outcome, attempts: 1 });
  }

  /** Takes the reason why there is no valid response to a first query. */
  #unanswered({ question: task, server, start }: FirstQuery<Task>, error: unknown): void {
    if (this.#failure) return;
    if (isAskAgain(error)) return this.#ask(task);
    try {
      const result = this.#asker.failed(error, server, start, () => this.#slowDown(task));
      this.#ask(task, { server, start, result });
    } catch (error) {
      this.#fail(error);
    }
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

  #finish(task: Task, record: BulkResult): void {
    if (task.slow) this.#slow--;
    else this.#inFlight--;
    this.#finished++;
    this.#statuses.set(record.status, (this.#statuses.get(record.status) ?? 0) + 1);
    this.#window.finished(task.lost);
    this.#release(task.position, record);
    this.#fill();
    this.#announce();
  }

  /** Has records leave when there are enough of them, after a short time, and at the end. */
  #announce(): void {
    if (this.#ready.length >= READY || (this.#inFlight + this.#slow + this.#queue.length === 0 && !this.#reading)) {
      this.#wake?.();
    } else if (this.#ready.length > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#due = true;
        this.#wake?.();
      }, READY_MS);
    }
  }

  /** Lets a record leave: at once, or with the order kept when all before it have left. */
  #release(position: number, record: BulkResult | undefined): void {
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

/** Whether the records of the options are those that lines have, and their parts need no escapes. */
function canWriteLines({ flags, wildcardCheck }: BulkOptions, servers: readonly BulkServer[]): boolean {
  return !wildcardCheck && (flags?.class ?? "IN") === "IN" &&
    servers.every(({ name }) => /^[\w.:/#\[\]%-]+$/.test(name));
}
