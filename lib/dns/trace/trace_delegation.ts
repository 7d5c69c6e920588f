import { Deadline, type Trace, type WaitOptions } from "../../core/mod.ts";
import { DnsConnections } from "../client/connections/dns_connections.ts";
import { ServerHealth } from "../client/health.ts";
import { asNameServer } from "../client/name_server.ts";
import { Resolver } from "../client/resolver.ts";
import { formatName, parseName } from "../codec/name.ts";
import { DNS_PORT } from "../system/config.ts";
import { serverConfig } from "../system/server_config.ts";
import { type NamedServer, rootServers } from "./root_hints.ts";
import { type AskStep, ServerQueries } from "./server_queries.ts";
import type { TraceStep } from "./steps.ts";
import { Walk, type WalkEnd } from "./walk.ts";

/** Options of {@link traceDelegation}; `timeout` is total. */
export interface TraceDelegationOptions extends WaitOptions {
  /** Servers of the root zone. @default those of IANA */
  readonly root?: readonly NamedServer[];
  /** Port of all servers. @default 53 */
  readonly port?: number;
  /** Requests DNSSEC records (DO). @default false */
  readonly dnssecOk?: boolean;
  /** Sends the queries over TCP. @default false */
  readonly tcp?: boolean;
  /** Maximum number of queries to one address. @default 2 */
  readonly attempts?: number;
  /** Sends a query, in place of the network. */
  readonly ask?: AskStep;
  /** Receives each step when it is done. */
  readonly onStep?: (step: TraceStep) => void;
  /** Receives the trace of the wire. */
  readonly trace?: Trace;
}

/** Way from the root to the records of a name. */
export interface DelegationTrace extends WalkEnd {
  /** Name that was asked for, absolute. */
  readonly name: string;
  /** Type that was asked for. */
  readonly type: string;
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
 * @param name The name.
 * @param type The record type.
 * @param options Root servers, and limits.
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
export async function traceDelegation(
  name: string,
  type: string,
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
