import { errorLines, type ExitCode, type Output } from "../../../lib/cli/mod.ts";
import { NegativeError, showUntrusted, ToucanError, UsageError } from "../../../lib/core/mod.ts";
import {
  type CompareOptions,
  compareServers,
  queryType,
  recordLine,
  type ServerComparison,
} from "../../../lib/dns/internal.ts";
import { askEach, type AskedQuestion } from "../ask_each.ts";
import type { ServerCall } from "../server_call.ts";
import { type COMPARE_RECORDS, type ComparisonFacts, comparisonRecord } from "./records.ts";

/** Parts of a call that a comparison needs. */
export interface CompareCall extends ServerCall {
  /** Output of the result. */
  readonly output: Output<typeof COMPARE_RECORDS>;
}

/** Compares what the servers answer about the names of the operands, files or stdin. */
export async function runCompare(call: CompareCall): Promise<ExitCode> {
  const { operands: _, files: __, types: ___, output, ...options } = call;
  if (options.servers.length < 2) throw new UsageError("--compare requires several servers: specify --server twice");
  return await askEach(call, (asked) => compareOne(asked, options), (facts) => {
    if (output.json) output.record(comparisonRecord(facts));
    else print(facts, output);
  });
}

/** Compares one name; servers that disagree or do not answer are an error. */
async function compareOne(asked: AskedQuestion, options: CompareOptions): Promise<ComparisonFacts> {
  if (asked.error) return asked;
  try {
    const found = await compareServers(asked.name, queryType(asked.type), options);
    return { ...asked, found, error: failureOf(found) };
  } catch (error) {
    if (!(error instanceof ToucanError) || options.signal?.aborted) throw error;
    return { ...asked, error };
  }
}

function failureOf({ name, type, groups, failures: [silent] }: ServerComparison): ToucanError | undefined {
  if (groups.length < 2) return silent?.error;
  const message = `servers disagree about ${type} of ${name}: ${groups.length} different answers`;
  return new NegativeError(message, { code: "servers-disagree", operation: "resolve" });
}

function print({ found, error }: ComparisonFacts, output: Output<typeof COMPARE_RECORDS>): void {
  for (const { status, answers, servers } of found?.groups ?? []) {
    const who = servers.map(({ server, ms }) => `${server} (${ms}ms)`).join(", ");
    output.line(showUntrusted(`; ${status}, ${answers.length} records: ${who}`));
    const lines = answers.map(recordLine).sort();
    for (const line of lines) output.line(showUntrusted(line));
  }
  for (const { server, error } of found?.failures ?? []) {
    output.line(showUntrusted(`; no answer: ${server}: ${error.message}`));
  }
  if (error) errorLines("toucan resolve", error).forEach((line) => output.note(line));
}
