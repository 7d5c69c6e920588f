import type { TraceOutcome, TraceQuery, TraceStep } from "../../../lib/dns/internal.ts";

/** Outcomes in words. */
const WORDS: Readonly<Record<TraceOutcome, string>> = {
  "referral": "referral",
  "answer": "answer",
  "alias": "alias",
  "no-data": "no such records",
  "name-not-found": "the name does not exist",
  "lame": "lame",
  "unreachable": "not reachable",
  "timeout": "no response in time",
};

/**
 * Returns the lines of a step. The zone is named where it differs from that of the step before; steps that look up the address
 * of a server are indented below it.
 */
export function* stepLines(step: TraceStep, before?: TraceStep): Generator<string> {
  const indent = "  ".repeat(step.within.length);
  const [server] = step.within.toReversed();
  const moved = step.zone !== before?.zone || step.within.length !== before.within.length;
  if (moved) yield `${indent}zone ${step.zone}${server === undefined ? "" : ` (for the address of ${server})`}`;
  const signed = step.referral?.signed ? ", signed" : "";
  const to = step.referral ? ` to ${step.referral.zone}${signed}` : "";
  yield `${indent}  ${step.type} ${step.name}: ${WORDS[step.outcome]}${to}`;
  for (const query of step.queries) yield `${indent}    ${queryLine(query, step)}`;
  for (const { name, addresses } of step.referral?.servers ?? []) {
    yield `${indent}    refers to ${name} ${addresses.length === 0 ? "(without an address)" : addresses.join(" ")}`;
  }
  for (const note of step.notes) yield `${indent}    note: ${note}`;
}

function queryLine({ server, address, ms, transport, outcome, problem }: TraceQuery, step: TraceStep): string {
  const over = transport === undefined || transport === "udp" ? "" : ` over ${transport}`;
  const time = ms > 0 ? `, ${ms}ms` : "";
  return `${server} ${address}: ${verdict(outcome, problem, step)}${over}${time}`;
}

function verdict(outcome: TraceOutcome, problem: string | undefined, step: TraceStep): string {
  if (outcome === "lame") return `lame: ${problem}`;
  // The address stands before it already.
  if (outcome === "unreachable") return (problem ?? WORDS[outcome]).replace(/^cannot ask \S+: /, "");
  return outcome === step.outcome && outcome !== "timeout" ? "responds" : WORDS[outcome];
}
