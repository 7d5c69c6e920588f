import type { Layout } from "../../lib/cli/mod.ts";

/** Help groups and accepted words of `resolve` and words of dig's, host's and nslookup's. */
export const LAYOUT: Layout = {
  everyday: ["type", "server", "ipv4", "ipv6", "json"],
  groups: {
    question: ["type", "server", "ipv4", "ipv6", "tcp"],
    "many names": ["concurrency", "rate", "ordered", "resume", "wildcard-check", "summary"],
    TLS: ["cacert", "pin", "insecure"],
    "zone transfers": ["axfr", "ixfr", "tsig"],
    "retry and timeout": ["attempts", "timeout"],
    output: ["json", "trace"],
  },
  aliases: {
    "type": ["--query", "--querytype", "-type", "-query", "-querytype"],
    "server": ["@…"],
    "tcp": ["-T", "+tcp", "+vc"],
    "attempts": ["-R"],
    "timeout": ["-W"],
  },
  accepted: {
    "-x": { why: "an IP address is looked up by itself", operand: true },
    "-q": { why: "the name is an operand", operand: true },
    "+short": { why: "without --type addresses and names are printed alone", without: ["type"] },
  },
  exits: { 1: "a name does not exist, or has no such records" },
};
