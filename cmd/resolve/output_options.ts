import { flag } from "../../lib/cli/mod.ts";

/** Ways to ask whose output has a form of its own. */
const OTHERS = ["compare", "validate", "axfr", "ixfr", "trace-delegation"] as const;

/** Options of the output. */
export const OUTPUT = {
  "short": flag("print the data of records only", { without: ["json", "details", "zone"] }),
  "details": flag("print all sections, flags, server and time of responses", {
    without: ["json", "zone", ...OTHERS],
    more: "Lines that begin with ; are comments of a zone file. On a terminal a single name has one such line anyway.",
  }),
  "human-ttl": flag("print times to live such as 1h2m instead of seconds", { without: ["json", "short", ...OTHERS] }),
  "idn": flag("print internationalized names in letters instead of punycode", {
    without: ["json", "details", "zone", ...OTHERS],
    more: "Names are accepted in letters anyway. Letters of several scripts can look alike: punycode is unambiguous.",
  }),
  "zone": flag("print the records of all responses as one zone file", { without: ["json", "resume", ...OTHERS] }),
  "json": flag("one JSON record per input, with --type one per input and type", {
    more:
      "--json=rfc8427 prints queries and responses with all of their sections as RFC 8427 defines it, one object per response.",
  }),
  "rfc8427": flag("print queries and responses as RFC 8427 defines it", {
    hidden: true,
    alias: ["--json=rfc8427"],
    without: ["short", "details", "human-ttl", "idn", "zone", ...OTHERS],
  }),
  "trace": flag("write what crosses the wire to stderr"),
} as const;
