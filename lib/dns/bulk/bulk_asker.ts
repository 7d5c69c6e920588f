import { NetworkError, TimeoutError } from "../../core/mod.ts";
import type { AskOptions } from "../client/connections/ask_options.ts";
import type { Reply } from "../client/connections/dns_connections.ts";
import type { Question } from "../codec/query.ts";
import { ServerHealth } from "../client/health.ts";
import { lacksEdns, withEdns } from "../client/resolver.ts";
import type { DnsMessage } from "../codec/message.ts";
import { type BulkServer, leastLoaded } from "./bulk_server.ts";
import { failureOf, type Outcome, outcomeOf } from "./outcome.ts";
import type { BulkOptions } from "./types.ts";

/** Responses after which another server is asked. */
const TRY_ANOTHER: ReadonlySet<string> = new Set(["SERVFAIL", "REFUSED", "NOTIMP", "FORMERR"]);
const WITHOUT_RESPONSE: ReadonlySet<string> = new Set(["TIMEOUT", "UNREACHABLE"]);

/** Outcome of a question, and the number of queries for it. */
export type Asked = Outcome & { readonly attempts: number };

/** A first query that is over. */
export interface FirstQueryResult {
  /** The server. */
  readonly server: BulkServer;
  /** When it was sent. */
  readonly start: number;
  /** Its outcome, or a response that another query to the same server has to complete: truncated, or without EDNS. */
  readonly result: Outcome | DnsMessage;
}

/** Asks one of several servers, and again or another one until there is an outcome that no other query would change. */
export class BulkAsker {
  /** Number of queries. */
  queries = 0;
  readonly #options: BulkOptions;
  readonly #servers: readonly BulkServer[];
  /** Tells a server that does not run from a silent one, until it has answered. */
  readonly #health = new ServerHealth();
  readonly #never = new AbortController().signal;

  /** Creates one for these servers. */
  constructor(options: BulkOptions, servers: readonly BulkServer[]) {
    this.#options = options;
    this.#servers = servers;
  }

  /**
   * Asks about a name, after a first query if there was one. `lost` is called for each query without a response.
   *
   * @throws {unknown} The reason of the signal, or a local error.
   */
  async ask(name: string, type: string, lost: () => void = () => {}, first?: FirstQueryResult): Promise<Asked> {
    const { attempts = 3, flags } = this.#options;
    const question = { ...flags, name, type };
    let server: BulkServer | undefined;
    let declined: Outcome | undefined;
    for (let attempt = 1;; attempt++) {
      const known = attempt === 1 ? first : undefined;
      server = known?.server ?? leastLoaded(this.#servers, server);
      const outcome = known && "status" in known.result
        ? known.result
        : await this.#try(server, question, attempt, lost, known);
      if (outcome.status === "INVALID") return { ...outcome, attempts: 0 };
      if (!isUnsure(outcome)) return { ...outcome, attempts: attempt };
      // A response that declines says more than the silence of another server.
      if (TRY_ANOTHER.has(outcome.status)) declined = outcome;
      if (attempt >= attempts || this.#isFinal(outcome)) return { ...(declined ?? outcome), attempts: attempt };
    }
  }

  async #try(
    server: BulkServer,
    question: Question,
    attempt: number,
    lost: () => void,
    known?: FirstQueryResult,
  ): Promise<Outcome> {
    const { wait = 5000, signal } = this.#options;
    server.inFlight++;
    let start = known?.start ?? performance.now();
    try {
      if (!known) this.queries++;
      const turn = known ? undefined : server.turn(signal);
      if (turn) start = await turn.then(() => performance.now());
      const times = { expires: start + this.wait(server, attempt), expiresOverTcp: start + wait, signal };
      const reply = known && !("status" in known.result)
        ? await this.#complete(server, question, times, known.start, known.result)
        : await this.#send(server, question, times);
      server.answered(reply.ms);
      return outcomeOf(reply, question.name, question.type, this.#options.replies);
    } catch (error) {
      return this.failed(error, server, start, lost);
    } finally {
      server.inFlight--;
    }
  }

  #send(server: BulkServer, question: Question, { signal, ...times }: AskOptions): Promise<Reply> {
    const { connections } = this.#options;
    const to = server.server;
    if (server.runs || to.protocol !== "udp") return withEdns(connections, to, question, times);
    return this.#health.watch(
      to,
      signal ?? this.#never,
      (signal) => withEdns(connections, to, question, { ...times, signal }),
    );
  }

  #complete(
    { server }: BulkServer,
    question: Question,
    { signal: _, ...times }: AskOptions,
    start: number,
    message: DnsMessage,
  ): Promise<Reply> {
    const { connections } = this.#options;
    if (message.truncated) return connections.askOverTcp(server, question, times, start);
    return connections.ask(server, { ...question, plain: true }, times);
  }

  /** Time in milliseconds that a query waits for its response. */
  wait(server: BulkServer, attempt: number): number {
    const { attempts = 3, wait = 5000 } = this.#options;
    return attempt >= attempts ? wait : Math.min(wait, server.retryAfter(attempt));
  }

  /** Returns the outcome of a query that failed; throws what is not about the query. */
  failed(error: unknown, server: BulkServer, start: number, lost: () => void): Outcome {
    const { signal } = this.#options;
    if (signal?.aborted) throw signal.reason;
    if (error instanceof TimeoutError || error instanceof NetworkError) server.failed(error instanceof TimeoutError);
    const outcome = failureOf(error, server.name, Math.round((performance.now() - start) * 10) / 10);
    if (WITHOUT_RESPONSE.has(outcome.status)) lost();
    return outcome;
  }

  /** Whether asking again is of no use: the only server has said so clearly. */
  #isFinal({ status }: Outcome): boolean {
    return this.#servers.length === 1 && (status === "REFUSED" || status === "NOTIMP" || status === "FORMERR");
  }
}

/** Returns whether another query may have another outcome. */
export function isUnsure({ status }: Outcome): boolean {
  return WITHOUT_RESPONSE.has(status) || status === "MALFORMED" || TRY_ANOTHER.has(status);
}

/** Returns whether a response has to be completed by another query to the same server. */
export function isIncomplete(message: DnsMessage, plain: boolean = false): boolean {
  return message.truncated || (!plain && lacksEdns(message));
}
