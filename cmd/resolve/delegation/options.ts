import { flag, kind, option } from "../../../lib/cli/mod.ts";
import { LIST_OPTIONS, QUESTION_OPTIONS } from "../other_options.ts";

/** Options of what a walk down from the root does not have. */
const OTHERS = [...QUESTION_OPTIONS, ...LIST_OPTIONS, "validate", "compare", "short"] as const;

/** Options of following delegations. */
export const TRACE_DELEGATION = {
  "trace-delegation": flag("follow the delegations from the root servers down, and print each step", {
    without: OTHERS,
    more:
      "For each zone: the servers that respond, with their times, those that are lame (named for the zone, but not " +
      "serving it), silent or unreachable, and name servers that only the zone or only the zone above it names. " +
      "All servers of a zone are queried, of the root one. Names are shortened on the way (RFC 9156). " +
      "The root servers are built in, or come from --root-hints, or are queried from --server. " +
      "Without --type A records are looked up, of an address the name.",
  }),
  "root-hints": option(kind.file, "zone file with the NS records of the root and the addresses of its servers", {
    with: ["trace-delegation"],
    without: ["server"],
    reads: true,
    startup: true,
  }),
} as const;
