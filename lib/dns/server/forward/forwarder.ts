import { Deadline, isLocalHost, NetworkError, toToucanError, type Trace, UsageError } from "../../../core/mod.ts";
import { DnsConnections, type Reply, type TlsSettings } from "../../client/connections/dns_connections.ts";
import { ServerHealth } from "../../client/health.ts";
import { formatNameServer, type NameServer } from "../../client/name_server.ts";
import { Resolver } from "../../client/resolver.ts";
import { RCODE } from "../../client/status.ts";
import { nameKey } from "../../codec/canonical.ts";
import { withLettersOf } from "../../codec/dname.ts";
import { type EdnsOption, optionData } from "../../codec/edns.ts";
import { extendedErrors } from "../../codec/extended_errors.ts";
import { sameName } from "../../codec/name.ts";
import type { ResourceRecord } from "../../codec/record.ts";
import { serverConfig } from "../../system/server_config.ts";
import type { AnswerSource, ClientQuery, ServedAnswer } from "../answer/types.ts";
import { answerLifetime, failureLifetime, type LifetimeLimits } from "./answer_lifetime.ts";
import { aged, type CacheLimits, ForwardCache } from "./forward_cache.ts";
import { failureOf, loop, notRecursive, repeated, tooMany, unreachable } from "./forward_failure.ts";
import { keptRecords } from "./kept_records.ts";
import { isProtected } from "./upstreams.ts";

/** Options of a {@link Forwarder}. */
export interface ForwarderOptions {
  /** Name servers to ask, the one after the other until one answers. */
  readonly servers: readonly NameServer[];
  /** Verification of the servers of encrypted connections. */
  readonly tls?: TlsSettings;
  /** Total milliseconds of one question, all servers and attempts: less than clients wait. @default 4500 */
  readonly timeout?: number;
  /** Attempts per server. @default 3 */
  readonly attempts?: number;
  /** Bounds of the cache. */
  readonly cache?: CacheLimits;
  /** Bounds of the lifetime of answers. */
  readonly lifetimes?: LifetimeLimits;
  /** Maximum number of different questions in progress. @default 1000 */
  readonly maxQueries?: number;
  /** Receives what crosses the wire. */
  readonly trace?: Trace;
  /** Current time in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** A question and the flags that its answer depends on. */
interface Asked {
  readonly name: string;
  readonly type: string;
  readonly class: string;
  readonly dnssecOk: boolean;
  readonly checkingDisabled: boolean;
}

/** An answer with its lifetime in seconds. */
interface Obtained {
  readonly answer: ServedAnswer;
  readonly lifetime: number;
}

const TIMEOUT_MS = 4500;
const ATTEMPTS = 3;
const MAX_QUERIES = 1000;
/** Types that a resolver does not look up: zone transfers, meta types. */
const NOT_FORWARDED: ReadonlySet<string> = new Set(["AXFR", "IXFR", "MAILA", "MAILB", "OPT", "TSIG", "TKEY"]);
/** Seconds for which an encoded answer may be sent again: its TTLs are wrong by no more than this. */
const KEEP_S = 1;
/** An EDNS option for local use (RFC 6891 §9), by which a forwarder recognises its own queries. */
const OWN_QUERY = 65_313;

/**
 * Answers queries that want recursion from other name servers, and keeps the answers for as long as their TTLs allow.
 *
 * - The same question in progress is asked once. DO and CD are passed on; the client's other EDNS options are not, since
 *   answers are shared.
 * - AD is passed on from a server on this machine or over an encrypted connection only, to clients that set DO or AD (RFC
 *   6840 §5.8): on any other path a third party could have set it.
 * - Only aliases from the name asked for, and the records of the type, get to the client and into the cache. Extended
 *   errors are passed on; failures are remembered for some seconds (RFC 9520).
 * - A query of its own that comes back is answered with SERVFAIL; a loop by way of other servers ends since the question
 *   is in progress already.
 */
export class Forwarder implements AnswerSource, AsyncDisposable {
  readonly #options: ForwarderOptions;
  readonly #cache: ForwardCache;
  readonly #connections: DnsConnections;
  readonly #health = new ServerHealth();
  readonly #inProgress = new Map<string, Promise<Obtained>>();
  readonly #stop = new AbortController();
  readonly #servers: string;
  readonly #now: () => number;
  readonly #token = crypto.getRandomValues(new Uint8Array(8));
  readonly #marks: readonly EdnsOption[];

  /**
   * Opens nothing yet.
   *
   * @throws {UsageError} `no-name-server`.
   */
  constructor(options: ForwarderOptions) {
    if (options.servers.length === 0) {
      throw new UsageError("cannot forward: no name server", { code: "no-name-server" });
    }
    this.#options = options;
    this.#cache = new ForwardCache(options.cache);
    this.#connections = new DnsConnections({ tls: options.tls, trace: options.trace });
    this.#servers = options.servers.map(formatNameServer).join(", ");
    this.#now = options.now ?? (() => performance.now());
    // Only a server on this machine can be this one, or one that passes queries on to it unchanged.
    const near = options.servers.some(({ host }) => isLocalHost(host));
    this.#marks = near ? [{ code: OWN_QUERY, data: this.#token }] : [];
  }

  /** Number of answers in the cache. */
  get cached(): number {
    return this.#cache.size;
  }

  /** Drops all answers of the cache. */
  clear(): void {
    this.#cache.clear();
  }

  /** Returns the answer to a query; undefined if it does not want recursion, or is about a server itself. */
  answer(query: ClientQuery): ServedAnswer | undefined | Promise<ServedAnswer> {
    const { question, dnssecOk, checkingDisabled } = query;
    const { type, class: klass } = question;
    if (!query.recursionDesired || NOT_FORWARDED.has(type) || klass === "CH" || klass === "ANY" || klass === "NONE") {
      return undefined;
    }
    if (this.#isOwn(query)) return loop();
    const name = nameKey(question.name);
    const asked = { name, type, class: klass, dnssecOk, checkingDisabled };
    const key = `${name} ${type} ${klass} ${dnssecOk ? "DO" : ""} ${checkingDisabled ? "CD" : ""}`;
    const known = this.#cache.get(key, this.#now());
    if (known) {
      const { rcode } = known.answer;
      const fails = rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN;
      const keep = known.left > KEEP_S ? KEEP_S : 0;
      return forClient({ ...fails ? repeated(known.answer) : known.answer, source: "cache", keep }, query);
    }
    const { maxQueries = MAX_QUERIES } = this.#options;
    const pending = this.#inProgress.get(key);
    if (!pending && this.#inProgress.size >= maxQueries) return tooMany(maxQueries);
    // A repetition comes from the cache, and the log says so.
    return (pending ?? this.#start(key, asked)).then(({ answer }) => forClient({ ...answer, keep: 0 }, query));
  }

  #isOwn({ message }: ClientQuery): boolean {
    const mark = optionData(message.edns, OWN_QUERY);
    return mark?.length === this.#token.length && mark.every((byte, index) => byte === this.#token[index]);
  }

  /** Asks for all clients who want to know the same. */
  #start(key: string, asked: Asked): Promise<Obtained> {
    const obtained = this.#obtain(asked).then((obtained) => {
      this.#cache.set(key, obtained.answer, obtained.lifetime, this.#now());
      return obtained;
    }).finally(() => this.#inProgress.delete(key));
    this.#inProgress.set(key, obtained);
    return obtained;
  }

  async #obtain(asked: Asked): Promise<Obtained> {
    const { lifetimes = {} } = this.#options;
    const failing = { lifetime: failureLifetime(lifetimes) };
    let reply: Reply;
    try {
      reply = await this.#ask(asked);
    } catch (error) {
      const known = toToucanError(error);
      const stopped = this.#stop.signal.aborted;
      return { answer: unreachable(known, this.#servers), ...stopped ? { lifetime: 0 } : failing };
    }
    const { message, server } = reply;
    const { rcode } = message;
    if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN && rcode !== YXDOMAIN) {
      return { answer: failureOf(message, server), ...failing };
    }
    const kept = keptRecords(message, asked.dnssecOk);
    if (isReferral(reply) && kept.answers.length === 0) return { answer: notRecursive(server), ...failing };
    const lifetime = answerLifetime(rcode, kept, lifetimes);
    const answer = {
      rcode,
      authenticData: message.authenticData && this.#isProtected(server),
      answers: kept.answers,
      authorities: kept.authorities,
      errors: extendedErrors(message).map(({ code, text }) => ({ code, text: text.slice(0, 200) })),
      source: `forward ${server}`,
    };
    // The TTL of a SOA that stands for "no such name" is that of the answer.
    return { answer: lifetime > 0 ? aged(answer, 0, lifetime) : answer, lifetime };
  }

  async #ask({ name, type, ...flags }: Asked): Promise<Reply> {
    const { servers, timeout = TIMEOUT_MS, attempts = ATTEMPTS, trace } = this.#options;
    using deadline = new Deadline({ signal: this.#stop.signal, timeout }, `resolve ${name}`, "resolve");
    await using resolver = new Resolver({ ...serverConfig(servers), attempts, wait: timeout }, {
      trace,
      health: this.#health,
      connections: this.#connections,
      flags: { ...flags, authenticData: true, options: this.#marks },
    });
    return await resolver.query(name, type, deadline);
  }

  #isProtected(shown: string): boolean {
    const { servers, tls } = this.#options;
    return servers.some((server) => formatNameServer(server) === shown && isProtected(server, tls?.insecure));
  }

  /** Closes the connections; queries in progress are answered with SERVFAIL. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new NetworkError("the server has stopped", { code: "server-stopped" }));
    await this.#connections[Symbol.asyncDispose]();
    await Promise.allSettled(this.#inProgress.values());
  }
}

/** The response code for a name that a DNAME makes too long (RFC 6672 §2.2). */
const YXDOMAIN = 6;

/** Whether a server only told which others to ask. */
function isReferral({ message: { rcode, authorities } }: Reply): boolean {
  const has = (wanted: string) => authorities.some(({ type }) => type === wanted);
  return rcode === RCODE.NOERROR && has("NS") && !has("SOA");
}

/** An answer as one client gets it: its name in its own letters, AD only where it asked for it. */
function forClient(answer: ServedAnswer, { question, dnssecOk, message }: ClientQuery): ServedAnswer {
  const named = (record: ResourceRecord) =>
    record.name !== question.name && sameName(record.name, question.name) ? { ...record, name: question.name } : record;
  const answers = withLettersOf(question.name, answer.answers);
  return {
    ...answer,
    answers: answers.map(named),
    keep: answers === answer.answers ? answer.keep : 0,
    authenticData: answer.authenticData === true && (dnssecOk || message.authenticData),
  };
}
