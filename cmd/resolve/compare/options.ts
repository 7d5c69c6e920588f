import { flag } from "../../../lib/cli/mod.ts";

/** Options that a comparison does not have. */
const OTHERS = [
  ...[
    "ipv4",
    "ipv6",
    "axfr",
    "ixfr",
    "class",
    "subnet",
    "nsid",
    "cookie",
    "client-cookie",
    "search",
    "edns-size",
    "no-edns",
    "no-recurse",
    "dnssec",
    "cd",
  ],
  ...["concurrency", "rate", "ordered", "resume", "wildcard-check", "summary", "validate", "short"],
] as const;

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
