import { flag } from "../../../lib/cli/mod.ts";
import { ANSWER_OPTIONS, LIST_OPTIONS, QUESTION_OPTIONS } from "../other_options.ts";

/** Options that a comparison does not have. */
const OTHERS = [...QUESTION_OPTIONS, ...ANSWER_OPTIONS, ...LIST_OPTIONS, "validate", "short"] as const;

/** Options of comparisons. */
export const COMPARE = {
  "compare": flag("ask all servers the same, and print which of them disagree", {
    with: ["server"],
    without: OTHERS,
    more:
      "Servers with the same code and records, whatever the order and TTL, form a group. Several groups end with 1. " +
      "Without --type A records are compared, of an address the name.",
  }),
} as const;
