import { Deadline, NegativeError, NetworkError, TimeoutError, type Trace, type WaitOptions } from "../../core/mod.ts";
import type { QueryType } from "../codec/types.ts";
import type { ResolverConfig } from "../system/config.ts";
import { bare, type LookupResult, lookupResultOf } from "./lookup_result.ts";
import type { ServerHealth } from "./health.ts";
import { mergeResults } from "./merge.ts";
import { type QueryFlags, Resolver } from "./resolver.ts";
import type { DnsConnections } from "./connections/dns_connections.ts";
import { readResolverConfig } from "../system/resolver_file.ts";
import { dnsName } from "./dns_name.ts";
import { searched } from "../system/search.ts";
import { systemQuery } from "../system/system.ts";

/** Options of {@link query}; `timeout` is total: all servers, attempts and names of the search list. */
export interface QueryOptions extends WaitOptions {
  /**
   * Servers and search list. Without it, those of the system's file.
   * @default {undefined}
   */
  readonly config?: ResolverConfig;
  /**
   * Takes what crosses the wire.
   * @default {undefined}
   */
  readonly trace?: Trace;
  /**
   * State of the servers, shared with other queries. Without it, each query starts without any.
   * @default {undefined}
   */
  readonly health?: ServerHealth;
  /**
   * Connections to the servers, shared with other queries. Without them, each query opens its own.
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
}

/**
 * Looks for the records of one type that a name has. A name that is not absolute may have a domain of the search list
 * added; the first that has such records is the one that was meant. Without the permission for the system's file the
 * runtime's own resolver is asked, which does not tell TTL or status.
 *
 * What the servers say is the result, also that there is nothing: then it has an `error`, a {@link NegativeError}
 * (`name-not-found`, `no-data`, `no-records`) or a `NetworkError` (`server-failed`, `query-refused`, `referral`, …).
 *
 * Permissions: `--unstable-net` and `--allow-net=SERVER:53,0.0.0.0:0` (for a server on this machine `127.0.0.1:0`
 * instead of `0.0.0.0:0`, for IPv6 `[::]:0`), and `--allow-read=/etc/resolv.conf` where `config` is missing.
 *
 * @param name The name; relative unless it ends with a dot.
 * @param type The record type.
 * @returns The records, or the reason why there are none.
 * @throws {NetworkError} When no server can be reached or runs (`connection-refused`), or what comes back cannot be
 * read.
 * @throws {TimeoutError} When none answers in time.
 * @throws {UsageError} `invalid-name`.
 * @throws {SystemError} When datagrams or the net permission are missing.
 * @example Ask a server of one's own
 * ```ts
 * import { answering, query, serverConfig } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = answering({ "example.test.": { A: [{ data: "192.0.2.1" }] } });
 * const { answers } = await query("example.test", "A", { config: serverConfig([server.addr]), timeout: 5000 });
 * assertEquals(answers[0]?.data, "192.0.2.1");
 * ```
 */
export function query(name: string, type: QueryType, options?: QueryOptions): Promise<LookupResult>;
export async function query(name: string, type: QueryType, options: QueryOptions = {}): Promise<LookupResult> {
  using deadline = new Deadline(options, `resolve ${name}`, "resolve");
  const written = dnsName(name);
  const config = options.config ?? await readResolverConfig(undefined, deadline.signal);
  if (!config) return await systemQuery(written, type, deadline);
  const found = await ask(written, [type], { ...options, config }, deadline);
  // Where no server said anything there is nothing to report but why.
  if (found.error && found.status === undefined && !(found.error instanceof NegativeError)) throw found.error;
  return found;
}

/** Asks about several types of one name at once, each name of the search list in turn, and merges what was found. */
export async function ask(
  written: string,
  types: readonly QueryType[],
  options: QueryOptions & { readonly config: ResolverConfig },
  deadline: Deadline,
): Promise<LookupResult> {
  const { config, trace, health, connections, flags } = options;
  await using resolver = new Resolver(config, { trace, health, connections, flags });
  return await searched(written, config, deadline.signal, async (name) => {
    const results = await Promise.all(types.map(async (type): Promise<LookupResult> => {
      if (type === "AAAA" && config.noAAAA) return disabled(name, type);
      try {
        return lookupResultOf(await resolver.query(name, type, deadline), name, type);
      } catch (error) {
        // A type that fails does not take the records of the other away.
        if (!(error instanceof NetworkError || error instanceof TimeoutError)) throw error;
        return { name, type, answers: [], error };
      }
    }));
    return mergeResults(results);
  });
}

function disabled(name: string, type: QueryType): LookupResult {
  const error = new NegativeError(`no ${type} of ${bare(name)}: /etc/resolv.conf has "options no-aaaa"`, {
    code: "no-data",
    operation: "resolve",
  });
  return { name, type, answers: [], error };
}
