import { Pacer } from "../../core/mod.ts";
import { formatNameServer, type NameServer } from "../client/name_server.ts";
import { Latencies } from "./latency.ts";
import type { ServerSummary } from "./types.ts";

/** Failures in a row after which a server rests, and for how long in milliseconds: twice as long each time. */
const FAILURES = 10;
const REST_MS = 1000;
const MAX_REST_MS = 30_000;
/** Bounds of the time after which a query is repeated, in milliseconds. */
const MIN_RETRY_MS = 300;
const INITIAL_RETRY_MS = 1000;

/** A server of a bulk lookup: its load, its state and its latencies. */
export class BulkServer {
  /** The server. */
  readonly server: NameServer;
  /** The server as records name it. */
  readonly name: string;
  /** Queries that wait for a response. */
  inFlight = 0;
  readonly #pacer?: Pacer;
  readonly #latencies = new Latencies();
  #queries = 0;
  #responses = 0;
  #timeouts = 0;
  #failures = 0;
  #rest = REST_MS;
  #restsUntil = 0;
  #mean?: number;
  #deviation = 0;

  /** Creates a server that gets at most `rate` queries per second. */
  constructor(server: NameServer, rate?: number) {
    this.server = server;
    this.name = formatNameServer(server);
    this.#pacer = rate === undefined ? undefined : new Pacer(rate);
  }

  /** When it may be asked again, in the milliseconds of `performance.now()`. */
  get restsUntil(): number {
    return this.#restsUntil;
  }

  /** Whether it has answered. */
  get runs(): boolean {
    return this.#responses > 0;
  }

  /** Whether its rate is limited. */
  get paced(): boolean {
    return this.#pacer !== undefined;
  }

  /** Counts a query, and returns a promise if it has to wait until it is within the rate. */
  turn(signal?: AbortSignal): Promise<void> | undefined {
    this.#queries++;
    return this.#pacer?.follow(1, signal);
  }

  /** Time in milliseconds after which a query is repeated: four deviations above the mean, as TCP does (RFC 6298). */
  retryAfter(attempt: number): number {
    const first = this.#mean === undefined
      ? INITIAL_RETRY_MS
      : Math.max(MIN_RETRY_MS, this.#mean + 4 * this.#deviation);
    return first * 2 ** (attempt - 1);
  }

  /** Counts a response. */
  answered(ms: number): void {
    this.#responses++;
    this.#failures = 0;
    this.#rest = REST_MS;
    this.#restsUntil = 0;
    this.#latencies.add(ms);
    const mean = this.#mean ?? ms;
    this.#deviation = this.#mean === undefined ? ms / 2 : 0.75 * this.#deviation + 0.25 * Math.abs(ms - mean);
    this.#mean = 0.875 * mean + 0.125 * ms;
  }

  /** Counts a query without a response; a server with many of them in a row rests. */
  failed(timedOut: boolean): void {
    if (timedOut) this.#timeouts++;
    if (++this.#failures < FAILURES) return;
    this.#failures = 0;
    this.#restsUntil = performance.now() + this.#rest;
    this.#rest = Math.min(MAX_REST_MS, 2 * this.#rest);
  }

  /** Its numbers. */
  summary(): ServerSummary {
    const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => this.#latencies.percentile(share));
    const latency = p50 === undefined || p90 === undefined || p99 === undefined
      ? undefined
      : { p50, p90, p99, max: this.#latencies.max };
    return {
      server: this.name,
      queries: this.#queries,
      responses: this.#responses,
      timeouts: this.#timeouts,
      ...(latency && { latency }),
    };
  }
}

/** Returns the server with the least load, of those that do not rest; `but` only if there is no other. */
export function leastLoaded(servers: readonly BulkServer[], but?: BulkServer): BulkServer {
  const [only] = servers;
  if (only && servers.length === 1) return only;
  const now = performance.now();
  let chosen: BulkServer | undefined;
  for (const server of servers) {
    if (server === but || server.restsUntil > now) continue;
    if (!chosen || server.inFlight < chosen.inFlight) chosen = server;
  }
  if (chosen) return chosen;
  if (but && but.restsUntil <= now) return but;
  // All rest: the one that is ready first.
  const [first, ...others] = servers;
  if (!first) throw new TypeError("there is no server");
  return others.reduce((one, other) => other.restsUntil < one.restsUntil ? other : one, first);
}
