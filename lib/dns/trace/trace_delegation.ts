import { Deadline, type Trace, type WaitOptions } from "../../core/mod.ts";
import { DnsConnections } from "../client/connections/dns_connections.ts";
import { ServerHealth } from "../client/health.ts";
import { asNameServer } from "../client/name_server.ts";
import { Resolver } from "../client/resolver.ts";
import { formatName, parseName } from "../codec/name.ts";
import type { ResourceRecord } from "../codec/record.ts";
import type { QueryType } from "../codec/types.ts";
import { DNS_PORT } from "../client/name_server.ts";
import { serverConfig } from "../system/server_config.ts";
import { type NamedServer, rootServers } from "./root_hints.ts";
import { type AskStep, ServerQueries } from "./server_queries.ts";
import type { TraceOutcome, TraceStep } from "./steps.ts";
import { Walk } from "./walk.ts";

/** Options of {@link traceDelegation}; `timeout` is total. */
export interface TraceDelegationOptions extends WaitOptions {
  /**
   * Servers of the root zone. Without them, those that IANA names.
   * @default {undefined}
   */
  readonly root?: readonly NamedServer[];
  /**
   * Port of all servers.
   * @default {53}
   */
  readonly port?: number;
  /**
   * Request DNSSEC records (DO).
   * @default {false}
   */
  readonly dnssecOk?: boolean;
  /**
   * Send the queries over TCP at once.
   * @default {false}
   */
  readonly tcp?: boolean;
  /**
   * Maximum number of queries to one address for a question.
   * @default {2}
   */
  readonly attempts?: number;
  /**
   * Ask a server in another way than over the network.
   * @ignore
   * @default {undefined}
   */
  readonly ask?: AskStep;
  /**
   * Receives each step when it is done.
   * @default {undefined}
   */
  readonly onStep?: (step: TraceStep) => void;
  /**
   * Takes what crosses the wire.
   * @default {undefined}
   */
  readonly trace?: Trace;
}

/** Way from the root to the records of a name. */
export interface DelegationTrace {
  /** Name that was asked for, absolute. */
  readonly name: string;
  /** Type that was asked for. */
  readonly type: string;
  /** Outcome at the last zone. */
  readonly outcome: TraceOutcome;
  /** Zone that the last servers were asked for. */
  readonly zone: string;
  /** Records, with the aliases before them. */
  readonly answers: readonly ResourceRecord[];
  /** Steps in their order. */
  readonly steps: readonly TraceStep[];
  /** Number of queries to name servers. */
  readonly queries: number;
  /** Duration in milliseconds. */
  readonly ms: number;
}

/** Queries that a name may take: the NS records of a hostile zone could ask for any number (NXNSAttack). */
const MAX_QUERIES = 300;
/** Milliseconds that a server has for a response. */
const WAIT_MS = 2000;

/**
 * Follows the delegations of a name from the root servers down, as a recursive server does, and returns each step: the
 * servers referred to, those that responded, and those that are lame, silent or unreachable. Names are shortened on the way
 * (RFC 9156). All servers of each zone are asked, of the root one.
 *
 * Permissions: `--allow-net` and `--unstable-net`.
 *
 * @param name The name, taken as absolute.
 * @param type The record type.
 * @returns The steps, and the outcome at the last zone.
 * @throws {UsageError} `invalid-name`.
 * @throws {NetworkError} `alias-loop`, `too-many-queries`, `too-many-referrals`.
 * @throws {TimeoutError} When `timeout` is over before the end.
 * @throws {SystemError} When datagrams or the net permission are missing.
 * @example Follow the delegation of a name on a server that knows only a root without names
 * ```ts
 * import { answering, traceDelegation } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = answering({ "test.": { TXT: [{ data: "hello" }] } });
 * const root = [{ name: "root.test.", addresses: ["127.0.0.1"] }];
 * const { outcome, answers, steps } = await traceDelegation("test", "TXT", { root, port: server.addr.port });
 * assertEquals([outcome, answers[0]?.data, steps.length], ["answer", '"hello"', 1]);
 * ```
 */
export function traceDelegation(
  name: string,
  type: QueryType,
  options?: TraceDelegationOptions,
): Promise<DelegationTrace>;
export async function traceDelegation(
  name: string,
  type: QueryType,
  options: TraceDelegationOptions = {},
): Promise<DelegationTrace> {
  const { root = rootServers(), port = DNS_PORT, onStep } = options;
  const absolute = formatName(parseName(name).labels);
  const start = performance.now();
  using deadline = new Deadline(options, `follow the delegations of ${name}`, "resolve");
  await using connections = new DnsConnections({ trace: options.trace });
  const ask = options.ask ?? askNetwork(connections, deadline, options);
  const queries = new ServerQueries(ask, port, MAX_QUERIES, deadline.signal);
  const steps: TraceStep[] = [];
  const walk = new Walk(root, queries, (step) => {
    steps.push(step);
    onStep?.(step);
  });
  const end = await walk.find(absolute, type);
  const ms = Math.round((performance.now() - start) * 10) / 10;
  return { name: absolute, type, ...end, steps, queries: queries.sent, ms };
}

/** Returns the function that sends queries to name servers, each one again where there is no response. */
function askNetwork(connections: DnsConnections, deadline: Deadline, options: TraceDelegationOptions): AskStep {
  const { tcp = false, attempts = 2, dnssecOk = false } = options;
  const health = new ServerHealth();
  const flags = { recursionDesired: false, dnssecOk };
  return async (server, name, type) => {
    const config = { ...serverConfig([asNameServer(server, tcp)]), attempts, wait: WAIT_MS };
    const resolver = new Resolver(config, { connections, health, flags });
    return await resolver.query(name, type, deadline);
  };
}
