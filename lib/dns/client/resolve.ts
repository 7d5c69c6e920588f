import {
  Deadline,
  type HostPort,
  ipVersion,
  NetworkError,
  ToucanError,
  type Trace,
  UsageError,
  type WaitOptions,
} from "../../core/mod.ts";
import { addressesOf, nameOf } from "./addresses.ts";
import type { QueryType } from "../codec/types.ts";
import type { ResolverConfig } from "../system/config.ts";
import { serverConfig } from "../system/server_config.ts";
import type { LookupResult } from "./lookup_result.ts";
import type { DnsConnections } from "./connections/dns_connections.ts";
import { type Route, serverAddressesOf } from "./connections/route.ts";
import type { NameServer } from "./name_server.ts";
import type { QueryFlags } from "./resolver.ts";
import { type ServerInput, serverOf } from "./server_input.ts";
import { ServerHealth } from "./health.ts";
import { query } from "./query.ts";
import { readResolverConfig } from "../system/resolver_file.ts";
import { reverseName } from "./reverse.ts";

/** Options of {@link resolve}; `timeout` is total for one input. */
export interface ResolveOptions extends WaitOptions {
  /**
   * The types of records wanted, each a question of its own. Without them: addresses, or the name of an address.
   * @default {undefined}
   */
  readonly types?: readonly QueryType[];
  /**
   * Only addresses of this family. Without it, both.
   * @default {undefined}
   */
  readonly family?: 4 | 6;
  /**
   * The server to ask, by name or address, or several of which the next is asked where one does not answer. Without it, the system's.
   * @default {undefined}
   */
  readonly server?: ServerInput | readonly ServerInput[];
  /**
   * Domains to append to a name that is not absolute, in this order. Without it, those of the system; none for given servers.
   * @default {undefined}
   */
  readonly search?: readonly string[];
  /**
   * Query the servers of the system, without its lookup and hosts file, as types, attempts and the like do.
   * @ignore
   * @default {false}
   */
  readonly direct?: boolean;
  /**
   * Number of attempts per server. Given, the servers are queried without the lookup of the system.
   * @default {undefined}
   */
  readonly attempts?: number;
  /**
   * Ask over TCP at once. Given, the servers are queried without the lookup of the system.
   * @default {false}
   */
  readonly tcp?: boolean;
  /**
   * Takes what crosses the wire.
   * @default {undefined}
   */
  readonly trace?: Trace;
  /**
   * Connections to the servers, shared by several inputs. Without them, each query opens its own.
   * @ignore
   * @default {undefined}
   */
  readonly connections?: DnsConnections;
  /**
   * Flags and EDNS of the queries: class, DNSSEC, recursion.
   * @ignore
   * @default {undefined}
   */
  readonly flags?: QueryFlags;
  /**
   * State of the servers, shared by several inputs. Without it, each input starts without any.
   * @default {undefined}
   */
  readonly health?: ServerHealth;
}

/** Result of one question about an input. */
export interface Resolution extends LookupResult {
  /** The input as it was given. */
  readonly input: string;
  /** Duration in milliseconds. */
  readonly ms: number;
}

/**
 * Answers all questions about one input, a name or an address, each with exactly one resolution: also one that fails,
 * which then has an `error`. They are asked at the same time and come in the order of the types.
 *
 * Permissions: `--allow-net=NAME`, for the name of an address `--allow-net`; for types or a server those of {@link
 * query} (`--unstable-net`, and `--allow-read=/etc/resolv.conf`, without which the runtime's own resolver is asked for
 * types).
 *
 * @param input A name or an IP address.
 * @returns One result for each question.
 * @throws {unknown} The reason of `signal`.
 * @example Resolve a name
 * ```ts
 * import { resolve } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * for await (const { error } of resolve("no-such-name.invalid")) assertEquals(error?.code, "name-not-found");
 * ```
 */
export function resolve(input: string, options?: ResolveOptions): AsyncGenerator<Resolution>;
export async function* resolve(input: string, options: ResolveOptions = {}): AsyncGenerator<Resolution> {
  const { types, signal } = options;
  const start = performance.now();
  using deadline = new Deadline(options, `resolve ${input}`, "resolve");
  const config = configOf(options, deadline);
  // Each question waits for it by itself.
  config.catch(() => {});
  const questions = types ?? [undefined];
  const shared = { ...options, health: options.health ?? new ServerHealth() };
  const pending = questions.map(async (type): Promise<Resolution> => {
    const result = await answer(input, type, shared, config, deadline);
    return { input, ...result, ms: Math.round((performance.now() - start) * 10) / 10 };
  });
  for (const question of pending) question.catch(() => {});
  for (const question of pending) yield await question;
  signal?.throwIfAborted();
}

async function answer(
  input: string,
  type: QueryType | undefined,
  options: ResolveOptions,
  configured: Promise<ResolverConfig | undefined>,
  deadline: Deadline,
): Promise<LookupResult> {
  const { family, trace, health, connections, flags, signal } = options;
  const address = ipVersion(input) !== undefined;
  const asked = address ? reverseName(input) ?? input : input;
  try {
    const config = await configured;
    const remaining = deadline.remaining;
    const common = {
      config,
      trace,
      health,
      connections,
      flags,
      signal: deadline.signal,
      timeout: Number.isFinite(remaining) ? remaining : undefined,
    };
    if (type) return await query(asked, type, common);
    return address ? await nameOf(input, common) : await addressesOf(input, { ...common, family });
  } catch (error) {
    if (signal?.aborted || !(error instanceof ToucanError)) throw error;
    return { name: asked, type: type ?? (address ? "PTR" : WANTED[family ?? 0]), answers: [], error };
  }
}

const WANTED = { 0: "A,AAAA", 4: "A", 6: "AAAA" } as const;

/** Returns the servers to query: the given ones, or those of the system's file if its lookup cannot do what is requested. */
async function configOf(options: ResolveOptions, deadline: Deadline): Promise<ResolverConfig | undefined> {
  const { server, types, attempts, tcp, search, flags = {}, direct } = options;
  const plain = types ?? attempts ?? tcp ?? search ?? (direct || undefined) ?? Object.keys(flags)[0];
  const servers = server === undefined ? [] : isList(server) ? server : [server];
  const config = servers.length > 0
    ? serverConfig(
      (await Promise.all(servers.map((one) => serverAddresses(serverOf(one), deadline, options.connections?.route))))
        .flat(),
    )
    : plain !== undefined
    ? await readResolverConfig(undefined, deadline.signal)
    : undefined;
  return config && {
    ...config,
    attempts: attempts ?? config.attempts,
    tcp: tcp ?? config.tcp,
    search: search ?? config.search,
  };
}

function isList(server: ServerInput | readonly ServerInput[]): server is readonly ServerInput[] {
  return Array.isArray(server);
}

async function serverAddresses(
  server: HostPort | NameServer,
  { signal }: Deadline,
  route: Route | undefined,
): Promise<(HostPort | NameServer)[]> {
  // The name of an encrypted server is verified, and looked up when the connection is established.
  if ("protocol" in server && server.protocol !== "udp" && server.protocol !== "tcp") return [server];
  try {
    return await serverAddressesOf(server, route, signal);
  } catch (error) {
    if (!(error instanceof NetworkError || error instanceof UsageError)) throw error;
    throw new NetworkError(`cannot find the server ${server.host}: ${error.message.replace(/^.*: /, "")}`, {
      code: "server-not-found",
      operation: "resolve",
      peer: server.host,
      hint: "specify the server by its address",
      cause: error,
    });
  }
}
