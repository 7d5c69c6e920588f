import { FAMILY, flag, kind, list, option, TRUST } from "../../lib/cli/mod.ts";
import { TRANSFER } from "./transfer_options.ts";
import { LIST } from "./list_options.ts";
import { COMPARE } from "./compare_options.ts";
import { TRACE_DELEGATION } from "./trace_delegation_options.ts";
import { VALIDATE } from "./validate_options.ts";
import { QUESTION } from "./question_options.ts";
import { parseNameServer, queryType } from "../../lib/dns/internal.ts";

const EVERYDAY = "A AAAA CNAME MX NS TXT SOA SRV CAA PTR NAPTR ANY DNAME DNSKEY DS HTTPS SSHFP SVCB TLSA";
const types = {
  ...kind.parsed(
    "TYPE",
    "record types such as A,AAAA,MX, ANY, or TYPE and a number",
    (text) => [...new Set(text.split(",").map((type) => queryType(type.trim())))],
  ),
  // Those in everyday use: with all of them the first letters of few would be enough.
  complete: { listOf: EVERYDAY.split(" ") },
};
const server = kind.parsed(
  "SERVER",
  "HOST[:PORT], udp://HOST, tcp://HOST, tls://HOST[#NAME] or https://HOST/dns-query",
  parseNameServer,
);

const ADDRESSES = { without: ["type"], because: "use --type A or --type AAAA" } as const;
const SERVERS = { with: ["server"], because: "the system's servers are not queried over TLS" } as const;
const ASKED = { with: ["type", "server"], because: "not supported by the system resolver" } as const;

/** The options of `resolve`. */
export const OPTIONS = {
  "type": list(
    types,
    "record types to query, separated by commas, such as A,AAAA,MX",
    {
      short: "t",
      more:
        "Any type by its name or as TYPE and its number, and ANY. As in dig, an operand beside a name counts as a type " +
        "if it is the name of one in capitals, or in small letters behind the name: example.com mx. " +
        "To look up a name that is spelled like that, end it with a dot: mx.",
    },
  ),
  "server": list(
    server,
    "the server to ask, port 53 unless given (default: the system's); of several, the next where one does not answer",
    {
      short: "s",
      more:
        "192.0.2.53, [2001:db8::53]:5353, udp://… and tcp://… (port 53), tls://HOST[:PORT][#NAME] for DNS over TLS " +
        "(port 853; the certificate is verified for NAME, or else for HOST), https://HOST[:PORT]/PATH for DNS over HTTPS. " +
        "Many names are distributed over all servers.",
    },
  ),
  "ipv4": { ...FAMILY.ipv4, ...ADDRESSES },
  "ipv6": { ...FAMILY.ipv6, ...ADDRESSES, without: ["ipv4", "type"] },
  "tcp": flag("ask over TCP at once, not only for what does not fit into a datagram", ASKED),
  "attempts": option(
    kind.integer(1, 10),
    "maximum queries to each server (default: the system's, or 2)",
    ASKED,
  ),
  "timeout": option(kind.duration, "limit for an input, all servers and attempts included (phase resolve)", {
    default: "15s",
  }),
  ...QUESTION,
  "cacert": { ...TRUST.cacert, ...SERVERS },
  "pin": { ...TRUST.pin, ...SERVERS },
  "insecure": { ...TRUST.insecure, ...SERVERS },
  ...LIST,
  ...TRANSFER,
  ...VALIDATE,
  ...COMPARE,
  ...TRACE_DELEGATION,
  "short": flag("print the data of records only", { without: ["json"] }),
  "json": flag("one JSON record per input, with --type one per input and type"),
  "trace": flag("write what crosses the wire to stderr"),
};
