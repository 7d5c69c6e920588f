import { Deadline, type DialOptions, type Trace, type WaitOptions } from "../core/mod.ts";
import { loadRoots } from "../core/tls/client/load_roots.ts";
import { DnsConnections } from "../dns/internal.ts";
import type { NameServer } from "../dns/mod.ts";
import { planTarget } from "./plan/plan.ts";
import type { ProbeContext, ProbeReport } from "./probe/probe.ts";
import { ProbeRun } from "./probe/run.ts";
import { warmUpHttp } from "./probe/warm_http.ts";
import { warmUpNames } from "./probe/warm_names.ts";
import { loadCertificateReader, warmUp } from "./probe/warm_up.ts";
import { factsOf } from "./target/scheme.ts";
import { parseCheckTarget, type Target } from "./target/target.ts";
import { judgeReports, type Verdict } from "./verdict/verdict.ts";

/** Options of {@link check}; `timeout` limits all of it, 10000 by default. */
export interface CheckTargetOptions
  extends WaitOptions, Pick<DialOptions, "family" | "tls" | "proxy" | "resolve" | "connectTo"> {
  /**
   * Name servers to ask instead of those of the system.
   * @default {undefined}
   */
  readonly servers?: readonly NameServer[];
  /**
   * Selectors of DKIM keys to look for, of a mail domain. Without them, the usual ones.
   * @default {undefined}
   */
  readonly selectors?: readonly string[];
  /**
   * DS or DNSKEY records to trust, as in a zone file, instead of the keys of the root.
   * @default {undefined}
   */
  readonly anchors?: string;
  /**
   * The time of day, for dates of certificates.
   * @default {undefined}
   */
  readonly now?: () => Date;
  /**
   * Called with the report of each probe, as it ends. What it throws rejects the check, at its end.
   * @default {undefined}
   */
  readonly onReport?: (report: ProbeReport) => void;
  /**
   * Receives trace events.
   * @default {undefined}
   */
  readonly trace?: Trace;
}

/** Result of a check. */
export interface CheckReport extends Verdict {
  /** Target. */
  readonly target: Target;
  /** When it began. */
  readonly began: Date;
  /** Its duration in milliseconds. */
  readonly ms: number;
  /** Reports of the probes, in the order in which they were started. */
  readonly probes: readonly ProbeReport[];
}

/** Timeout of a check in milliseconds, if none is given. */
export const CHECK_TIMEOUT = 10_000;

/**
 * Checks a target layer by layer: interfaces, name, reach, TLS, application. What is wrong with it is in the result: nothing is
 * thrown for that. It ends within the timeout, also when nothing answers.
 *
 * Permissions: `--allow-net`; `--allow-sys=networkInterfaces` for the interfaces, and `--allow-read` of the system's resolver
 * files for the resolvers: without them, the findings say so.
 *
 * @param target The target, as {@link parseCheckTarget} reads it.
 * @returns The verdict, and the reports of all probes.
 * @throws {UsageError} `invalid-target` when the text is not a target.
 * @throws {SystemError} `permission-missing` without the permission for the network.
 * @example Find out why a port does not answer
 * ```ts
 * import { check } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * const { port } = listener.addr;
 * listener.close();
 * const { cause, outcome } = await check(`tcp://127.0.0.1:${port}`);
 * assertEquals([cause?.layer, cause?.finding.code, outcome], ["reach", "port-refused", "target"]);
 * ```
 */
export function check(target: string | Target, options?: CheckTargetOptions): Promise<CheckReport>;
export async function check(target: string | Target, options: CheckTargetOptions = {}): Promise<CheckReport> {
  const what = typeof target === "string" ? parseCheckTarget(target) : target;
  const { timeout = CHECK_TIMEOUT, servers, anchors, selectors, now = () => new Date(), onReport, trace } = options;
  const { family, tls, proxy, resolve, connectTo } = options;
  using deadline = new Deadline({ timeout, signal: options.signal }, `check ${what.text}`);
  const dial = { family, tls, proxy, resolve, connectTo };
  await using connections = servers && connectionsFor(dial, trace);
  const ends = performance.now() + timeout;
  const context = {
    signal: deadline.signal,
    timeout: timeout / 2,
    ends,
    now,
    servers,
    connections,
    anchors,
    selectors,
    dial,
    trace,
  };
  try {
    await deadline.race(prepare(what, context));
  } catch (error) {
    // No time is left: the probes report that.
    if (!deadline.signal.aborted) throw error;
  }
  const run = new ProbeRun(context, onReport);
  const began = now();
  planTarget(run, what);
  const probes = await run.reports();
  options.signal?.throwIfAborted();
  if (run.netMissing !== undefined) throw run.netMissing;
  if (run.callbackError) throw run.callbackError.error;
  return {
    target: what,
    began,
    ms: run.elapsed,
    probes,
    ...judgeReports(probes, what.kind === "service" ? ["reach"] : []),
  };
}

/** Loads and runs once what else would be in the times of the first connections. */
async function prepare(target: Target, context: ProbeContext): Promise<void> {
  const { dial: { tls }, servers } = context;
  if (mayConnect(target)) await warmUp();
  if (target.kind === "service" && factsOf(target.scheme).application === "http") await warmUpHttp();
  if (mayUseTls(target) || servers?.some(({ protocol }) => protocol === "tls" || protocol === "https")) {
    await Promise.all([loadRoots(), loadCertificateReader(tls?.caCerts)]);
  }
  if (target.kind === "service") await warmUpNames(target, context);
}

/** Returns connections to the name servers that are given for a check: their names follow its rules, too. */
function connectionsFor({ family, tls, resolve, connectTo }: ProbeContext["dial"], trace?: Trace): DnsConnections {
  return new DnsConnections({ trace, tls: { caCerts: tls?.caCerts }, route: { family, resolve, connectTo } });
}

function mayConnect(target: Target): boolean {
  return target.kind === "mail" || target.kind === "service" && factsOf(target.scheme).transport === "tcp";
}

function mayUseTls(target: Target): boolean {
  return target.kind === "mail" || target.kind === "service" && factsOf(target.scheme).tls !== "none";
}
