import { ERROR, errorRecord, field, result } from "../../../lib/cli/mod.ts";
import type { ToucanError } from "../../../lib/core/mod.ts";
import type { ServerComparison } from "../../../lib/dns/internal.ts";
import { flatRecord, resourceRecord } from "../data_fields.ts";

const { boolean, list, milliseconds, object, optional, text } = field;

const server = text("address of the server");

/** The JSON records of comparisons. */
export const COMPARE_RECORDS = {
  "comparison": result("one per input and type, with --compare", {
    input: text("name or address that was read"),
    name: text("name that was asked for, absolute"),
    type: text("record type"),
    agree: optional(boolean("whether all servers that answered agree")),
    groups: list(
      object({
        status: text("response code by name"),
        answers: list(resourceRecord, "records as the first of the servers sent them"),
        servers: list(object({ server, ms: milliseconds("duration of the query") }), "servers"),
      }),
      "equal answers, the most frequent first",
    ),
    silent: list(object({ server, error: ERROR }), "servers without an answer"),
    error: optional(ERROR),
  }),
};

/** A comparison of an input, or why there is none. */
export interface ComparisonFacts {
  readonly input: string;
  readonly name: string;
  readonly type: string;
  readonly found?: ServerComparison;
  readonly error?: ToucanError;
}

/** Returns the JSON record of a comparison. */
export function comparisonRecord({ input, name, type, found, error }: ComparisonFacts) {
  return {
    ...{ input, name: found?.name ?? name, type, agree: found && found.groups.length === 1 },
    groups: found?.groups.map(({ answers, ...group }) => ({ ...group, answers: answers.map(flatRecord) })) ?? [],
    silent: found?.failures.map(({ server, error }) => ({ server, error: errorRecord(error) })) ?? [],
    error: error && errorRecord(error),
  };
}
