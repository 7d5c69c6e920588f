import { formatAddress, ipVersion, isHostAddress, NetworkError, raceSignal, TimeoutError } from "../../core/mod.ts";
import type { Reply } from "../client/connections/dns_connections.ts";
import { type NameServer, nameServerAt } from "../client/name_server.ts";
import { rcodeName } from "../client/status.ts";
import { classifyStep, type StepAnswer, type ZoneQuestion } from "./classify_step.ts";
import type { NamedServer } from "./root_hints.ts";
import type { TraceQuery } from "./steps.ts";

/** Sends a question to a server, and returns its reply. */
export type AskStep = (server: NameServer, name: string, type: string) => Promise<Reply>;

/** Query to an address, and what its response means for the way down. */
export interface AskedServer {
  /** Where it was sent. */
  readonly place: ServerAddress;
  readonly query: TraceQuery;
  /** Meaning of the response, if it is of use. */
  readonly found?: StepAnswer;
}

/** Address of a name server. */
export interface ServerAddress {
  readonly server: string;
  readonly address: string;
}

/** Returns the addresses of servers in the order in which they are queried: IPv4 first, as more machines have it. */
export function addressesOf(servers: readonly NamedServer[]): ServerAddress[] {
  const all = servers.flatMap(({ name, addresses }) => addresses.map((address) => ({ server: name, address })));
  return all.toSorted((a, b) => (ipVersion(a.address) ?? 0) - (ipVersion(b.address) ?? 0));
}

/** Asks name servers of zones, and remembers whether this machine has IPv6 at all. */
export class ServerQueries {
  readonly #ask: AskStep;
  readonly #port: number;
  readonly #limit: number;
  readonly #signal: AbortSignal;
  #sent = 0;
  #withoutIpv6 = false;

  /** Sends at most `limit` queries, to this port, until the signal aborts. */
  constructor(ask: AskStep, port: number, limit: number, signal: AbortSignal) {
    this.#ask = ask;
    this.#port = port;
    this.#limit = limit;
    this.#signal = signal;
  }

  /** Number of queries. */
  get sent(): number {
    return this.#sent;
  }

  /**
   * Asks one address. A server that cannot be reached, is silent or of no use is a result, too.
   *
   * @throws {NetworkError} `too-many-queries` beyond the limit.
   */
  async ask(place: ServerAddress, question: ZoneQuestion): Promise<AskedServer> {
    const { server, address } = place;
    const to = { server, address: formatAddress({ transport: "ip", host: address, port: this.#port }) };
    if (!isHostAddress(address)) {
      return { place, query: { ...to, ms: 0, outcome: "unreachable", problem: "not the address of a host" } };
    }
    const ipv6 = ipVersion(address) === 6;
    if (ipv6 && this.#withoutIpv6) {
      return { place, query: { ...to, ms: 0, outcome: "unreachable", problem: "this machine has no IPv6 network" } };
    }
    if (this.#sent >= this.#limit) {
      throw new NetworkError(`the delegations of ${question.name} require more than ${this.#limit} queries`, {
        code: "too-many-queries",
        operation: "resolve",
      });
    }
    this.#signal.throwIfAborted();
    this.#sent++;
    const start = performance.now();
    try {
      const asked = this.#ask(nameServerAt({ host: address, port: this.#port }), question.name, question.type);
      const reply = await raceSignal(asked, this.#signal);
      const answer = classifyStep(reply.message, question);
      const { transport, ms } = reply;
      const { outcome, problem } = answer;
      const query = { ...to, transport, ms, status: rcodeName(reply.message.rcode), outcome, problem };
      return outcome === "lame" ? { place, query } : { place, query, found: answer };
    } catch (error) {
      if (!(error instanceof NetworkError || error instanceof TimeoutError) || this.#signal.aborted) throw error;
      const ms = Math.round((performance.now() - start) * 10) / 10;
      const unreachable = error.code === "network-unreachable" || error.code === "address-not-available";
      if (ipv6 && unreachable) this.#withoutIpv6 = true;
      const outcome = error instanceof TimeoutError ? "timeout" : "unreachable";
      return { place, query: { ...to, ms, outcome, problem: error.message } };
    }
  }
}
