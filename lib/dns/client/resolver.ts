import {
  Deadline,
  formatAddress,
  type HostPort,
  NetworkError,
  TimeoutError,
  type ToucanError,
  type Trace,
} from "../../core/mod.ts";
import type { DnsMessage } from "../codec/message.ts";
import type { DnsQuery } from "../codec/query.ts";
import type { RecordType } from "../codec/types.ts";
import type { ResolverConfig } from "../system/config.ts";
import { ServerHealth } from "./health.ts";
import { RCODE } from "./status.ts";
import { tcpTransport } from "./tcp.ts";
import type { DnsTransport } from "./transport.ts";
import { udpTransport } from "./udp.ts";

/** An answer, and how it came. */
export interface Reply {
  /** The message. */
  readonly message: DnsMessage;
  /** The server that sent it: `192.0.2.53:53`. */
  readonly server: string;
  /** Whether it came over TCP. */
  readonly tcp: boolean;
  /** Whether it was asked for over TCP because it did not fit into a datagram. */
  readonly truncated: boolean;
}

/** Codes with which a server says that another one may know better. */
const NEXT_SERVER: ReadonlySet<number> = new Set([RCODE.SERVFAIL, RCODE.NOTIMP, RCODE.REFUSED, RCODE.FORMERR]);
/** Codes with which an old server answers to EDNS (RFC 6891 §7). */
const NO_EDNS: ReadonlySet<number> = new Set([RCODE.FORMERR, RCODE.NOTIMP, RCODE.BADVERS]);

/**
 * Asks servers a question: the one after the other until one answers, all of them again where none did, over TCP what
 * does not fit into a datagram.
 */
export class Resolver {
  readonly #config: ResolverConfig;
  readonly #trace?: Trace;
  readonly #health: ServerHealth;

  /** Makes a resolver that asks the servers of `config`. */
  constructor(config: ResolverConfig, trace?: Trace, health: ServerHealth = new ServerHealth()) {
    this.#config = config;
    this.#trace = trace;
    this.#health = health;
  }

  /**
   * The answer to one question about an absolute name, whatever it says. Each attempt has its share of the time that
   * the deadline leaves, and never more than the configuration gives it.
   *
   * @throws {NetworkError} When no server can be reached, or none sends what can be read.
   * @throws {TimeoutError} When none answers in time.
   * @throws {SystemError} When datagrams or the net permission are missing.
   */
  async query(name: string, type: RecordType, deadline: Deadline): Promise<Reply> {
    const { attempts, wait } = this.#config;
    const share = Math.max(1, Math.min(wait, deadline.remaining / (attempts * this.#config.servers.length)));
    const failures = new Map<HostPort, ToucanError>();
    const waiting = new Set(this.#health.order(this.#order()));
    let declined: Reply | undefined;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      for (const server of waiting) {
        try {
          using turn = new Deadline(
            { signal: deadline.signal, timeout: share },
            `ask ${formatAddress(server)}`,
            "resolve",
          );
          const reply = await this.#ask(server, name, type, turn);
          this.#health.answered(server);
          if (!NEXT_SERVER.has(reply.message.rcode)) return reply;
          declined ??= reply;
          waiting.delete(server);
        } catch (error) {
          if (!(error instanceof NetworkError || error instanceof TimeoutError)) throw error;
          this.#trace?.({ direction: "*", peer: formatAddress(server), text: error.message });
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
  #order(): readonly HostPort[] {
    const { servers, rotate } = this.#config;
    const start = rotate ? randomId() % servers.length : 0;
    return [...servers.slice(start), ...servers.slice(0, start)];
  }

  async #ask(server: HostPort, name: string, type: RecordType, deadline: Deadline): Promise<Reply> {
    const udp = udpTransport(server, this.#trace);
    const tcp = tcpTransport(server, this.#trace);
    const query = { id: randomId(), name, type };
    const { message, transport } = this.#config.tcp
      ? await this.#withEdns(tcp, query, deadline)
      : await this.#health.watch(server, deadline.signal, async (signal) => {
        if (signal === deadline.signal) return await this.#withEdns(udp, query, deadline);
        using turn = new Deadline({ signal, timeout: Math.ceil(deadline.remaining) }, "ask", "resolve");
        return await this.#withEdns(udp, query, turn);
      });
    const from = { server: formatAddress(server) };
    if (!message.truncated) return { ...from, message, tcp: transport === tcp, truncated: false };
    const whole = await this.#withEdns(tcp, { ...query, id: randomId() }, deadline);
    return { ...from, message: whole.message, tcp: true, truncated: true };
  }

  /** Asks with EDNS, and without it a server that does not know it. */
  async #withEdns(transport: DnsTransport, query: DnsQuery, deadline: Deadline) {
    const message = await transport.exchange(query, deadline);
    if (!NO_EDNS.has(message.rcode) || message.edns) return { message, transport };
    return { message: await transport.exchange({ ...query, id: randomId(), plain: true }, deadline), transport };
  }
}

/** Returns an unpredictable id (RFC 5452 §9.2). */
function randomId(): number {
  return crypto.getRandomValues(new Uint16Array(1))[0] ?? 0;
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
