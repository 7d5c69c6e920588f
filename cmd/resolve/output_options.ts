import { flag } from "../../lib/cli/mod.ts";

/** Ways to ask whose output has a form of its own. */
const OTHERS = ["compare", "validate", "axfr", "ixfr", "trace-delegation"] as const;

/** Options of the output. */
export const OUTPUT = {
  "short": flag("print the data of records only", { without: ["json", "details", "zone"] }),
  "details": flag("print all sections, flags, server, transport and time of each response", {
    without: ["json", "zone", ...OTHERS],
    more: "Lines that begin with ; are comments of a zone file. On a terminal a single name has one such line anyway.",
  }),
  "human-ttl": flag("print times to live such as 1h2m instead of seconds", { without: ["json", "short", ...OTHERS] }),
  "zone": flag("print the records of all responses as one zone file", { without: ["json", "resume", ...OTHERS] }),
  "json": flag("one JSON record per input, with --type one per input and type"),
  "trace": flag("write what crosses the wire to stderr"),
} as const;
