import {
  type AddressInput,
  LISTEN_DEFAULTS,
  NetworkList,
  type ServerTls,
  toAddress,
  UsageError,
} from "../../core/mod.ts";
import type { HostPort } from "../../core/address/address.ts";
import type { NameServer } from "../client/name_server.ts";
import { parseNameServer } from "../client/name_server.ts";
import { readZone } from "../codec/zone/read.ts";
import { AliasFollower } from "./answer/alias_follower.ts";
import type { ServedQuery } from "./answer/log.ts";
import { RunningServer } from "./dns_server.ts";
import { Faults } from "./fault/faults.ts";
import { parseFaultRules } from "./fault/rule.ts";
import { Forwarder } from "./forward/forwarder.ts";
import { checkNoLoop } from "./forward/upstreams.ts";
import { RateLimit } from "./limit/rate_limit.ts";
import { checkReach } from "./limit/reach.ts";
import { servedName } from "./names/name_entry.ts";
import { NameTable } from "./names/name_table.ts";
import { ZoneStore } from "./zone/store.ts";
import { Zone } from "./zone/zone.ts";
import { zoneProblems } from "./zone/zone_problems.ts";

/** Text of a zone file, with the name of the zone. */
export interface ZoneText {
  /** Name of the zone: `example.test`. */
  readonly origin: string;
  /** Text as in a zone file (RFC 1035 §5), without `$INCLUDE`. */
  readonly text: string;
}

/** Options of {@link serveDns}. */
export interface DnsServerOptions {
  /**
   * Names with their addresses or targets: `app.test=127.0.0.1,::1`, `*.app.test=127.0.0.1`, `alias.test=app.test`.
   * @default {[]}
   */
  readonly names?: readonly string[];
  /**
   * Zones to serve with authority.
   * @default {[]}
   */
  readonly zones?: readonly ZoneText[];
  /**
   * Servers to which all other names are forwarded, for clients that desire recursion: `192.0.2.53`, `tls://192.0.2.53#dns.example`.
   * @default {[]}
   */
  readonly forward?: readonly (string | NameServer)[];
  /**
   * Networks whose clients are answered, beside those of this machine. Required to listen beyond loopback.
   * @default {[]}
   */
  readonly allow?: readonly string[];
  /**
   * Networks whose clients may transfer zones.
   * @default {[]}
   */
  readonly transfer?: readonly string[];
  /**
   * Faults to simulate: `slow.test=delay:2s`, `app.test/AAAA=servfail`, `*=drop:1%,truncate:1%`.
   * @default {[]}
   */
  readonly faults?: readonly string[];
  /**
   * Seed of the sequence that faults with a percentage are drawn from.
   * @default {1}
   */
  readonly faultSeed?: number;
  /**
   * Address and certificate for DNS over TLS.
   * @default {undefined}
   */
  readonly tls?: ServerTls & { readonly address: AddressInput };
  /**
   * Maximum number of like responses per second to one network over UDP. Without it there is no limit.
   * @default {undefined}
   */
  readonly rateLimit?: number;
  /**
   * Maximum number of connections of each listener.
   * @default {1000}
   */
  readonly maxConnections?: number;
  /**
   * Maximum number of connections from one address beyond loopback.
   * @default {100}
   */
  readonly maxPerAddress?: number;
  /**
   * Milliseconds after which an idle connection is closed.
   * @default {30000}
   */
  readonly idleTimeout?: number;
  /**
   * Called for each query.
   * @default {undefined}
   */
  readonly onQuery?: (query: ServedQuery) => void;
  /**
   * Stops the server.
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
}

/** A DNS server, in the shape of `Deno.serve`'s. */
export interface DnsServer extends AsyncDisposable {
  /** Address that it listens on, over UDP and TCP. */
  readonly addr: Deno.NetAddr;
  /** Address as text: `127.0.0.1:1053`. */
  readonly address: string;
  /** Address of its listener for DNS over TLS, if there is one. */
  readonly tlsAddr?: Deno.NetAddr;
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  /** Stops it: responses that are on their way over connections are still sent, for 5 s at most. */
  shutdown(): Promise<void>;
}

const MAX_CONNECTIONS = 1000;
const MAX_PER_ADDRESS = 100;
const IDLE_TIMEOUT_MS = 30_000;
/** Answers that are ready to be sent again: 128 bytes each. */
const CACHED_ANSWERS = 262_144;
/** Every second response that is too many is sent truncated. */
const SLIP = 2;

/**
 * Serves names over DNS on UDP, TCP and TLS: names with addresses first, then zones with authority, then by other
 * servers. Other questions have the status REFUSED.
 *
 * Permissions: `--allow-net=HOST:PORT`, for other servers also theirs, and `--unstable-net`.
 *
 * @param address The address to listen on over UDP and TCP: `HOST:PORT`, with port 0 for a free one. On a wildcard address the
 *   system chooses the source address of responses over UDP, which on a machine with several addresses may be another one than
 *   the query was sent to.
 * @param options Names and zones, permitted clients, and limits.
 * @returns The server, which is listening.
 * @throws {SystemError} `address-in-use`, `unstable-missing` and the like.
 * @throws {UsageError} `allow-required`, `open-resolver`, `invalid-word`, `invalid-name`, `invalid-zone`, `invalid-fault`,
 *   `invalid-network`, `forwarding-loop`.
 * @example Serve a name, and look it up
 * ```ts
 * import { query, serveDns, serverConfig } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = serveDns("127.0.0.1:0", { names: ["app.test=192.0.2.1"] });
 * const { answers } = await query("app.test", "A", { config: serverConfig([server.addr]) });
 * assertEquals(answers[0]?.data, "192.0.2.1");
 * ```
 */
export function serveDns(address: AddressInput, options?: DnsServerOptions): DnsServer;
export function serveDns(address: AddressInput, options: DnsServerOptions = {}): DnsServer {
  const { names = [], zones = [], forward = [], allow = [], transfer = [], faults = [], tls, rateLimit } = options;
  const at = hostPort(address);
  const secured = tls && hostPort(tls.address);
  const hosts = [at, ...(secured ? [secured] : [])].map(({ host }) => host);
  checkReach({ hosts, allow, recursive: forward.length > 0 });
  const store = new ZoneStore(zones.map(zoneOf));
  const table = new NameTable();
  for (const word of names) table.addWord(word);
  const servers = forward.map((server) => typeof server === "string" ? parseNameServer(server) : server);
  checkNoLoop(servers, [{ hostname: at.host, port: at.port }]);
  const forwarder = servers.length > 0 ? new Forwarder({ servers }) : undefined;
  const sources = [...(names.length > 0 ? [table] : []), store, ...(forwarder ? [forwarder] : [])];
  const server = new RunningServer(at, {
    sources: sources.length > 1 ? [new AliasFollower(sources)] : sources,
    recursive: forwarder !== undefined,
    transfers: [store],
    access: new NetworkList(["loopback", ...allow]),
    transferAccess: new NetworkList(transfer),
    keys: [],
    faults: faults.length > 0 ? new Faults(faults.flatMap(parseFaultRules), options.faultSeed) : undefined,
    rateLimit: rateLimit === undefined ? undefined : new RateLimit(rateLimit, SLIP),
    tls: secured && tls && { address: secured, certificate: tls },
    maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
    perAddress: options.maxPerAddress ?? MAX_PER_ADDRESS,
    idleMs: options.idleTimeout ?? IDLE_TIMEOUT_MS,
    cacheSize: CACHED_ANSWERS,
    onQuery: options.onQuery,
    signal: options.signal,
  });
  const finished = server.finished.finally(() => forwarder?.[Symbol.asyncDispose]());
  const shutdown = async () => {
    await server.shutdown();
    await finished;
  };
  const { addr, tlsAddr } = server;
  return { addr, address: server.address, tlsAddr, finished, shutdown, [Symbol.asyncDispose]: shutdown };
}

function hostPort(input: AddressInput): HostPort {
  const address = toAddress(input, LISTEN_DEFAULTS);
  if (address.transport === "ip") return address;
  throw new UsageError("cannot serve DNS on a unix socket");
}

function zoneOf({ origin, text }: ZoneText) {
  const name = servedName(origin);
  const read = readZone(text, { origin: name, file: origin });
  const [error] = read.errors;
  const [problem] = zoneProblems(read, name).filter(({ severity }) => severity === "error");
  const invalid = (why: string) => new UsageError(`invalid zone ${origin}: ${why}`, { code: "invalid-zone" });
  if (error) throw invalid(`line ${error.line}, column ${error.column}: ${error.message}`);
  if (problem) throw invalid(problem.place ? `line ${problem.place.line}: ${problem.message}` : problem.message);
  return new Zone(read);
}
