import { errorLines, type ExitCode, type Output, releasePaths } from "../../../lib/cli/mod.ts";
import { NegativeError, NetworkError, showUntrusted, TimeoutError, ToucanError } from "../../../lib/core/mod.ts";
import {
  type DelegationTrace,
  type NamedServer,
  primeRoot,
  queryType,
  recordLine,
  rootServers,
  rootServersOf,
  traceDelegation,
  type TraceDelegationOptions,
  type TraceStep,
} from "../../../lib/dns/internal.ts";
import { readRecordFile } from "../record_file.ts";
import { type DelegationFacts, delegationRecord, type TRACE_DELEGATION_RECORDS } from "./records.ts";
import { askEach, type AskedQuestion } from "../ask_each.ts";
import type { ServerCall } from "../server_call.ts";
import { stepLines } from "./step_lines.ts";

/** Parts of a call that following delegations needs. */
export interface TraceDelegationCall extends ServerCall {
  /** File with the root servers. */
  readonly rootHints?: string;
  /** Whether DNSSEC records are requested. */
  readonly dnssec: boolean;
  /** Port of all servers. */
  readonly port?: number;
  /** Output of the result. */
  readonly output: Output<typeof TRACE_DELEGATION_RECORDS>;
}

/** Follows the delegations of the names of the operands or of stdin, and prints each step. */
export async function runTraceDelegation(call: TraceDelegationCall): Promise<ExitCode> {
  const { attempts, tcp, dnssec, port, timeout, signal, trace, output } = call;
  const root = await rootOf(call);
  releasePaths(call.rootHints);
  const options = { root, attempts, tcp, dnssecOk: dnssec, port, timeout, signal, trace };
  const ask = (asked: AskedQuestion) => {
    const print = output.json ? undefined : stepPrinter(`${asked.type} ${asked.input}`, output);
    return follow(asked, options, print);
  };
  return await askEach(call, ask, (facts) => {
    if (output.json) output.record(delegationRecord(facts));
    else printEnd(facts, output);
  });
}

/** Returns the root servers: from a file, from a server, or those that are built in. */
async function rootOf({ rootHints, servers, tcp, tls, timeout, signal }: TraceDelegationCall): Promise<NamedServer[]> {
  if (rootHints !== undefined) {
    return rootServersOf(await readRecordFile({ path: rootHints, what: "root hints", code: "invalid-root-hints" }));
  }
  return servers.length > 0 ? await primeRoot({ servers, tcp, tls, timeout, signal }) : rootServers();
}

/** Follows one name; what has no records in the end is an error. */
async function follow(
  asked: AskedQuestion,
  options: TraceDelegationOptions,
  print?: (step: TraceStep) => void,
): Promise<DelegationFacts> {
  const start = performance.now();
  const steps: TraceStep[] = [];
  const onStep = (step: TraceStep) => {
    steps.push(step);
    print?.(step);
  };
  const facts = (found?: DelegationTrace, error?: ToucanError) => {
    return { ...asked, found, steps, ms: Math.round(performance.now() - start), error };
  };
  try {
    if (asked.error) throw asked.error;
    const found = await traceDelegation(asked.name, queryType(asked.type), { ...options, onStep });
    return facts(found, failureOf(found));
  } catch (error) {
    if (!(error instanceof ToucanError) || options.signal?.aborted) throw error;
    return facts(undefined, error);
  }
}

function failureOf({ name, type, zone, outcome }: DelegationTrace): ToucanError | undefined {
  const details = { code: outcome === "lame" ? "lame-delegation" : outcome, operation: "resolve" };
  switch (outcome) {
    case "no-data":
      return new NegativeError(`${name} has no ${type} (according to the servers of ${zone})`, details);
    case "name-not-found":
      return new NegativeError(`${name} does not exist (according to the servers of ${zone})`, details);
    case "lame":
      return new NetworkError(`no server of ${zone} serves it: the delegation is lame`, details);
    case "timeout":
      return new TimeoutError(`no server of ${zone} responds`, { ...details, phase: "resolve" });
    case "unreachable":
      return new NetworkError(`no server of ${zone} can be reached`, { ...details, code: "server-unreachable" });
    default:
      return undefined;
  }
}

/** Returns a function that prints each step when it is done. */
function stepPrinter(title: string, output: TraceDelegationCall["output"]): (step: TraceStep) => void {
  output.line(showUntrusted(`; ${title}`));
  let before: TraceStep | undefined;
  return (step) => {
    for (const line of stepLines(step, before)) output.line(showUntrusted(`; ${line}`));
    before = step;
    output.flush();
  };
}

function printEnd({ found, error }: DelegationFacts, output: TraceDelegationCall["output"]): void {
  if (found) {
    for (const record of found.answers) output.line(showUntrusted(recordLine(record)));
    output.line(`; ${found.outcome}, ${found.queries} queries in ${found.ms}ms`);
  }
  if (error) errorLines("toucan resolve", error).forEach((line) => output.note(line));
}
