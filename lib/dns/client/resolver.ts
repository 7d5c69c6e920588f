import { Deadline, NetworkError, TimeoutError, type ToucanError, type Trace } from "../../core/mod.ts";
import type { ResolverConfig } from "../system/config.ts";
import { DnsConnections, type Reply } from "./connections/dns_connections.ts";
import { random16 } from "./connections/random.ts";
import type { Question } from "../codec/query.ts";
import type { DnsMessage } from "../codec/message.ts";
import { ServerHealth } from "./health.ts";
import { asNameServer, formatNameServer, type NameServer } from "./name_server.ts";
import { RCODE } from "./status.ts";

/** Properties of a query beside name and type: class, flags, EDNS. */
export type QueryFlags = Omit<Question, "name" | "type">;

/** Options of {@link Resolver}. */
export interface ResolverOptions {
  /** Receives what crosses the wire, if the connections are not given. */
  readonly trace?: Trace;
  /** State of the servers. */
  readonly health?: ServerHealth;
  /** Connections to use, and to leave open. */
  readonly connections?: DnsConnections;
  /** Flags and EDNS of the queries. */
  readonly flags?: QueryFlags;
}

/** Codes with which a server says that another one may know better. */
const NEXT_SERVER: ReadonlySet<number> = new Set([RCODE.SERVFAIL, RCODE.NOTIMP, RCODE.REFUSED, RCODE.FORMERR]);
/** Codes with which an old server answers to EDNS (RFC 6891 §7). */
const NO_EDNS: ReadonlySet<number> = new Set([RCODE.FORMERR, RCODE.NOTIMP, RCODE.BADVERS]);

/**
 * Asks servers a question: the one after the other until one answers, all of them again where none did, over TCP what
 * does not fit into a datagram.
 */
export class Resolver implements AsyncDisposable {
  readonly #config: ResolverConfig;
  readonly #servers: readonly NameServer[];
  readonly #options: ResolverOptions;
  readonly #health: ServerHealth;
  readonly #connections: DnsConnections;

  /** Makes a resolver that asks the servers of `config`. */
  constructor(config: ResolverConfig, options: ResolverOptions = {}) {
    this.#config = config;
    this.#servers = config.servers.map((server) => asNameServer(server, config.tcp));
    this.#options = options;
    this.#health = options.health ?? new ServerHealth();
    this.#connections = options.connections ?? new DnsConnections({ trace: options.trace });
  }

  /**
   * The answer to one question about an absolute name, whatever it says. Each attempt has its share of the time that
   * the deadline leaves, and never more than the configuration gives it.
   *
   * @throws {NetworkError} When no server can be reached, or none sends what can be read.
   * @throws {TimeoutError} When none answers in time.
   * @throws {SystemError} When datagrams or the net permission are missing.
   */
  async query(name: string, type: string, deadline: Deadline): Promise<Reply> {
    const { attempts, wait } = this.#config;
    const question = { ...this.#options.flags, name, type };
    const share = Math.max(1, Math.min(wait, deadline.remaining / (attempts * this.#servers.length)));
    const failures = new Map<NameServer, ToucanError>();
    const waiting = new Set(this.#health.order(this.#order()));
    let declined: Reply | undefined;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      for (const server of waiting) {
        const shown = formatNameServer(server);
        try {
          using turn = new Deadline({ signal: deadline.signal, timeout: share }, `ask ${shown}`, "resolve");
          const reply = await this.#ask(server, question, turn);
          this.#health.answered(server);
          if (!NEXT_SERVER.has(reply.message.rcode)) return reply;
          declined ??= reply;
          waiting.delete(server);
        } catch (error) {
          if (!(error instanceof NetworkError || error instanceof TimeoutError)) throw error;
          this.#options.trace?.({ direction: "*", peer: shown, text: error.message });
          failures.set(server, error);
          if (error.code === "connection-refused") waiting.delete(server);
          if (error instanceof TimeoutError) this.#health.timedOut(server);
          if (deadline.signal.aborted) return declined ?? fail([...failures.values()]);
        }
      }
    }
    return declined ?? fail([...failures.values()]);
  }

  /** The servers in the order in which they are asked. */
  #order(): readonly NameServer[] {
    const start = this.#config.rotate ? random16() % this.#servers.length : 0;
    return [...this.#servers.slice(start), ...this.#servers.slice(0, start)];
  }

  #ask(server: NameServer, question: Question, { remaining, signal }: Deadline): Promise<Reply> {
    const expires = performance.now() + remaining;
    const ask = (signal: AbortSignal) => withEdns(this.#connections, server, question, { expires, signal });
    return server.protocol === "udp" ? this.#health.watch(server, signal, ask) : ask(signal);
  }

  /** Closes the connections, unless they were given. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#options.connections) await this.#connections[Symbol.asyncDispose]();
  }
}

/** Asks with EDNS, and without it a server that does not know it. */
export async function withEdns(
  connections: DnsConnections,
  server: NameServer,
  question: Question,
  options: Parameters<DnsConnections["ask"]>[2],
): Promise<Reply> {
  const reply = await connections.ask(server, question, options);
  if (question.plain || !lacksEdns(reply.message)) return reply;
  return await connections.ask(server, { ...question, plain: true }, options);
}

/** Returns whether a response with an error may be that of a server that does not know EDNS. */
export function lacksEdns({ rcode, edns }: DnsMessage): boolean {
  return NO_EDNS.has(rcode) && !edns;
}

/** Throws the error for all servers: the reason of the first one stands for all. */
function fail(failures: readonly ToucanError[]): never {
  const [first] = failures;
  if (!first || failures.length === 1) throw first ?? new NetworkError("there is no server", { code: "no-server" });
  const { code, operation, peer, hint } = first;
  const Class = failures.every((failure) => failure instanceof TimeoutError) ? TimeoutError : NetworkError;
  const network = failures.find((failure) => failure instanceof NetworkError);
  const cause = new AggregateError(failures);
  const message = `${(network ?? first).message} (none of ${failures.length} servers answered)`;
  throw new Class(message, { code: network?.code ?? code, operation, peer, hint, cause });
}
