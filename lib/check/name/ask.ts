import { NegativeError, ToucanError, type Trace } from "../../core/mod.ts";
import { type LookupResult, query, type ResolverConfig } from "../../dns/internal.ts";
import type { ProbeContext } from "../probe/probe.ts";
import { cut } from "../words/cut.ts";

/** Answer of a server to one question; texts are bounded. */
export interface AnswerSeen {
  /** `NOERROR`, `NODATA`, `NXDOMAIN`, `SERVFAIL` and the like; `silent` or `unreachable` without an answer, `malformed` for one that cannot be read. */
  readonly status: string;
  /** Data of the records asked for. */
  readonly data: readonly string[];
  /** Names on the way, from the one asked to the last, if there are aliases. */
  readonly aliases: readonly string[];
  /** Smallest TTL in seconds. */
  readonly ttl?: number;
  /** Milliseconds. */
  readonly ms: number;
  /** Reasons that the server gives (RFC 8914), as one phrase. */
  readonly reason?: string;
  /** Whether the server says that it verified the records. */
  readonly authentic?: boolean;
}

/** Limits of {@link askServer}. */
export interface AskLimits extends Pick<ProbeContext, "connections"> {
  readonly signal: AbortSignal;
  readonly timeout: number;
  readonly trace?: Trace;
}

/** Most records and aliases that are kept of an answer. */
const MAX_RECORDS = 32;

/** Asks the servers of a configuration for records of an absolute name; what goes wrong is in the result. */
export async function askServer(
  name: string,
  type: "A" | "AAAA" | "HTTPS" | "NS" | "SOA",
  config: ResolverConfig,
  limits: AskLimits,
): Promise<AnswerSeen> {
  const begin = performance.now();
  const failed = (status: string, reason: string): AnswerSeen => ({
    ...{ status, data: [], aliases: [], ms: performance.now() - begin },
    reason: cut(reason),
  });
  try {
    const absolute = name.endsWith(".") ? name : `${name}.`;
    const { signal, timeout, trace, connections } = limits;
    const flags = { authenticData: true };
    const result = await query(absolute, type, { config, flags, signal, timeout, trace, connections });
    return seenOf(result, type, begin);
  } catch (error) {
    if (limits.signal.aborted || !(error instanceof ToucanError)) throw error;
    if (error.code === "timeout") return failed("silent", error.message);
    const unreachable = /^(?:connection|network|host|name)-/.test(error.code);
    return failed(unreachable ? "unreachable" : "malformed", error.message);
  }
}

function seenOf(result: LookupResult, type: string, begin: number): AnswerSeen {
  const { answers, status = "NOERROR", extendedErrors = [], error, flags } = result;
  const records = answers.filter((record) => record.type === type).slice(0, MAX_RECORDS);
  const aliases = answers.filter((record) => record.type === "CNAME").slice(0, MAX_RECORDS);
  const reasons = extendedErrors.map(({ name, text }) => text === "" ? name : `${name}: ${text}`).join("; ");
  const ttls = [...records, ...aliases].flatMap(({ ttl }) => ttl === undefined ? [] : [ttl]);
  const last = aliases.at(-1)?.data;
  return {
    status: error && status === "NOERROR" && !(error instanceof NegativeError) ? error.code.toUpperCase() : status,
    data: records.map(({ data }) => cut(data)),
    aliases: last === undefined ? [] : [...aliases.map(({ name }) => cut(bare(name))), cut(bare(last))],
    ...(ttls.length > 0 && { ttl: Math.min(...ttls) }),
    ms: result.replies?.[0]?.ms ?? performance.now() - begin,
    ...(reasons !== "" && { reason: cut(reasons) }),
    ...(flags?.includes("ad") && { authentic: true }),
  };
}

/** Returns a name without the dot of the root. */
export function bare(name: string): string {
  return name.length > 1 ? name.replace(/\.$/, "") : name;
}
