import { ERROR, errorRecord, field, result } from "../../../lib/cli/mod.ts";
import type { ToucanError } from "../../../lib/core/mod.ts";
import type { DelegationTrace, TraceStep } from "../../../lib/dns/internal.ts";
import { flatRecord, resourceRecord } from "../data_fields.ts";

const { boolean, integer, list, milliseconds, object, oneOf, optional, text } = field;

const OUTCOMES = [
  ...["referral", "answer", "alias", "no-data", "name-not-found", "lame", "unreachable", "timeout"] as const,
] as const;

const query = object({
  server: text("name of the server, absolute"),
  address: text("address and port"),
  transport: optional(text("protocol over which the response came")),
  ms: milliseconds("duration; 0 if nothing was sent"),
  status: optional(text("response code by name")),
  outcome: oneOf(OUTCOMES, "meaning of the response, or kind of failure"),
  problem: optional(text("reason of a failure")),
});

const referral = object({
  zone: text("zone, absolute"),
  servers: list(
    object({ name: text("name of the server, absolute"), addresses: list(text(), "addresses that came with it") }),
    "name servers",
  ),
  signed: boolean("whether the zone above has a DS record of it, with --dnssec"),
});

const step = object({
  zone: text("zone whose servers were queried, absolute"),
  name: text("name that was asked for, possibly shortened"),
  type: text("type that was asked for"),
  within: list(text(), "name servers whose addresses this step helped to find; empty for the name itself"),
  queries: list(query, "queries"),
  outcome: oneOf(OUTCOMES, "outcome of the step"),
  referral: optional(referral),
  answers: list(resourceRecord, "records"),
  notes: list(text(), "observations about the zone"),
});

/** The JSON records of followed delegations. */
export const TRACE_DELEGATION_RECORDS = {
  "delegation": result("one per input and type, with --trace-delegation", {
    input: text("name or address that was read"),
    name: text("name that was looked up, absolute"),
    type: text("record type"),
    outcome: optional(oneOf(OUTCOMES, "outcome at the last zone")),
    zone: optional(text("last zone, absolute")),
    answers: list(resourceRecord, "aliases, then the records"),
    steps: list(step, "steps from the root down"),
    queries: optional(integer("number of queries")),
    ms: milliseconds("duration"),
    error: optional(ERROR),
  }),
};

/** Way to the records of an input, as far as it is known. */
export interface DelegationFacts {
  readonly input: string;
  readonly name: string;
  readonly type: string;
  readonly found?: DelegationTrace;
  /** Steps of a way that ended with an error. */
  readonly steps: readonly TraceStep[];
  readonly ms: number;
  readonly error?: ToucanError;
}

/** Returns the JSON record of a way. */
export function delegationRecord({ input, name, type, found, steps, ms, error }: DelegationFacts) {
  return {
    ...{ input, name: found?.name ?? name, type, outcome: found?.outcome, zone: found?.zone },
    answers: found?.answers.map(flatRecord) ?? [],
    steps: steps.map((step) => ({ ...step, answers: step.answers.map(flatRecord) })),
    queries: found?.queries,
    ms: found?.ms ?? ms,
    error: error && errorRecord(error),
  };
}
