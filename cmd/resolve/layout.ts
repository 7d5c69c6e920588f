import type { Layout, OperandPlace } from "../../lib/cli/mod.ts";
import { CLASS_NUMBERS, isRecordType } from "../../lib/dns/internal.ts";

/**
 * Returns the option for an operand that is the name of a type or class: in capitals beside a name, or in small letters
 * behind it.
 */
function typeOrClass(word: string, place: OperandPlace): { option: string; value: string } | undefined {
  const capitals = word === word.toUpperCase();
  if (!place.afterOthers && !(capitals && place.beforeOthers)) return undefined;
  if (!capitals && word !== word.toLowerCase()) return undefined;
  const upper = word.toUpperCase();
  if (upper.split(",").every(isType)) return { option: "type", value: upper };
  if (upper === "AXFR") return { option: "axfr", value: "true" };
  return Object.hasOwn(CLASS_NUMBERS, upper) ? { option: "class", value: upper } : undefined;
}

function isType(word: string): boolean {
  return isRecordType(word) || word === "ANY" || /^TYPE\d+$/.test(word);
}

/** Help groups and accepted words of `resolve` and words of dig's, host's and nslookup's. */
export const LAYOUT: Layout = {
  everyday: ["type", "server", "ipv4", "ipv6", "details", "json"],
  groups: {
    question: ["type", "server", "port", "ipv4", "ipv6", "search", "class", "no-recurse"],
    transport: ["tcp", "tls", "https", "https-get"],
    "DNSSEC and EDNS": ["dnssec", "cd", "subnet", "nsid", "cookie", "client-cookie", "edns-size", "no-edns"],
    "DNSSEC validation": ["validate", "anchor"],
    comparison: ["compare"],
    delegation: ["trace-delegation", "root-hints"],
    "many names": ["file", "concurrency", "rate", "ordered", "resume", "wildcard-check", "summary"],
    TLS: ["cacert", "pin", "insecure"],
    "zone transfers": ["axfr", "ixfr", "tsig"],
    "retry and timeout": ["attempts", "timeout"],
    output: ["details", "short", "human-ttl", "idn", "zone", "json", "trace"],
  },
  aliases: {
    "type": ["--query", "--querytype", "-type", "-query", "-querytype"],
    "server": ["@…"],
    "port": ["-port"],
    "search": ["+domain"],
    "tls": ["+tls"],
    "https": ["+https", "+https-post"],
    "https-get": ["+https-get"],
    "cacert": ["+tls-ca"],
    "pin": [{ written: "+tls-pin", prefix: "sha256:" }],
    "tcp": ["-T", "+tcp", "+vc"],
    "attempts": ["-R", "+tries"],
    "timeout": ["-W", "+time"],
    "class": ["-class"],
    "no-recurse": ["+norecurse", "+norec"],
    "dnssec": ["+dnssec", "+do"],
    "cd": ["+cd", "+cdflag"],
    "subnet": ["+subnet"],
    "nsid": ["+nsid"],
    "cookie": ["+cookie"],
    "client-cookie": ["+cookie="],
    "edns-size": ["+bufsize"],
    "no-edns": ["+noedns"],
    "short": ["+short"],
    "trace-delegation": ["+trace"],
    "details": ["+comments", "+stats", "+authority", "+additional"],
    "human-ttl": ["+ttlunits"],
    "idn": ["+idnout"],
    "rfc8427": ["+json"],
  },
  operandOption: typeOrClass,
  accepted: {
    "-x": { why: "an IP address is looked up by itself", operand: true },
    "-q": { why: "the name is an operand", operand: true },
    "+recurse": "recursion is requested anyway",
    "+search": "relative names are looked up with the search list anyway: the system's, or that of --search",
    "+edns": "queries have EDNS anyway",
    "+all": "the result is printed as a whole",
    "+nocmd": "no line about the command is printed",
    "+nocomments": "comments are not printed",
    "+nostats": "no statistics are printed",
    "+noall": "only results are printed",
    "+answer": "the answer section is printed",
    "+nocookie": "no cookie is sent",
  },
  exits: { 1: "a name does not exist, has no such records, or is bogus; servers disagree (--compare)" },
};
