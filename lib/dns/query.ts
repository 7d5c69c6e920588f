import { asciiHostName, Deadline, NegativeError, type Trace, type WaitOptions } from "../core/mod.ts";
import type { RecordType } from "./codec/rdata.ts";
import { readResolverConfig, type ResolverConfig } from "./config.ts";
import { type Finding, findingOf } from "./finding.ts";
import { Resolver } from "./resolver.ts";
import { candidates } from "./search.ts";
import { systemQuery } from "./system.ts";

/** How {@link query} asks; `timeout` is for the whole of it: every server, attempt and name of the search list. */
export interface QueryOptions extends WaitOptions {
  /** Whom to ask, and how. Without it, as the system's own file says. */
  readonly config?: ResolverConfig;
  /** Takes what crosses the wire. */
  readonly trace?: Trace;
}

/**
 * Looks for the records of one type that a name has. A name that is not absolute may have a domain of the search list
 * added; the first that exists is the one that was meant. Where the system's file cannot be read the runtime's own
 * resolver is asked, which does not tell TTL or status.
 *
 * What the servers say is the finding, also that there is nothing: then it has an `error`, a {@link NegativeError}
 * (`name-not-found`, `no-data`, `no-records`) or a `NetworkError` (`server-failed`, `query-refused`, `referral`, …).
 *
 * Permissions: `--unstable-net` and `--allow-net=SERVER:53,0.0.0.0:0` (for a server on this machine `127.0.0.1:0` instead of
 * `0.0.0.0:0`, for IPv6 `[::]:0`), and `--allow-read=/etc/resolv.conf` where `config` is missing.
 *
 * @throws {NetworkError} When no server can be reached, or what comes back cannot be read.
 * @throws {TimeoutError} When none answers in time.
 * @throws {UsageError} `invalid-name`.
 * @throws {SystemError} When datagrams or the net permission are missing.
 * @example Ask a server of one's own
 * ```ts
 * import { answering, query, serverConfig } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = answering({ "example.test.": { A: [{ data: "192.0.2.1" }] } });
 * const { answers } = await query("example.test", "A", { config: serverConfig([server.addr]), timeout: 5000 });
 * assertEquals(answers[0]?.data, "192.0.2.1");
 * ```
 */
export function query(name: string, type: RecordType, options?: QueryOptions): Promise<Finding>;
export async function query(name: string, type: RecordType, options: QueryOptions = {}): Promise<Finding> {
  using deadline = new Deadline(options, `resolve ${name}`, "resolve");
  const written = dnsName(name);
  const config = options.config ?? await readResolverConfig();
  if (!config) return await systemQuery(written, type, deadline);
  const resolver = new Resolver(config, options.trace);
  const list = candidates(written, config);
  let asWritten: Finding | undefined;
  let failed: Finding | undefined;
  for (const candidate of list) {
    const finding = findingOf(await resolver.query(candidate.name, type, deadline), candidate.name, type);
    if (isDecisive(finding)) return finding;
    if (candidate.asWritten) asWritten = finding;
    else if (!isMissing(finding)) failed ??= finding;
    // A name that was tried as it is has been answered, whatever is wrong with the servers of the search list.
    if (candidate.asWritten && !isMissing(finding)) return finding;
  }
  const first = list[0]?.asWritten ? asWritten ?? failed : failed ?? asWritten;
  if (!first) throw new Error("a name has at least itself as a candidate");
  return first;
}

/** Whether a name exists, be it only as an alias. */
function isDecisive({ error, answers }: Finding): boolean {
  return !error || answers.length > 0 || error.code === "no-data";
}

function isMissing({ error }: Finding): boolean {
  return error instanceof NegativeError;
}

/** A name as it is asked about: letters outside ASCII are encoded (RFC 5890), escapes of zone files stay. */
export function dnsName(name: string): string {
  // deno-lint-ignore no-control-regex -- the range is all of ASCII
  return /^[\x00-\x7f]+$/.test(name) ? name : asciiHostName(name);
}
