import { FAMILY, kind, list, option } from "../../lib/cli/mod.ts";
import { TRANSFER } from "./transfer/options.ts";
import { LIST } from "./list_options.ts";
import { COMPARE } from "./compare/options.ts";
import { TRACE_DELEGATION } from "./delegation/options.ts";
import { VALIDATE } from "./validate/options.ts";
import { QUESTION } from "./question_options.ts";
import { OUTPUT } from "./output_options.ts";
import { SERVER } from "./server_options.ts";
import { UsageError } from "../../lib/core/mod.ts";
import { dnsName, formatName, parseName, queryType } from "../../lib/dns/internal.ts";

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
const domains = kind.parsed(
  "DOMAIN",
  "domains such as example.com, separated by commas",
  (text) =>
    text.split(",").map((domain) => {
      const name = domain.trim();
      if (name === "") throw new UsageError(`invalid domains "${text}": one is empty`);
      return formatName(parseName(dnsName(name)).labels);
    }),
);

const ADDRESSES = { without: ["type"], because: "use --type A or --type AAAA" } as const;

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
  ...SERVER,
  "ipv4": { ...FAMILY.ipv4, ...ADDRESSES },
  "ipv6": { ...FAMILY.ipv6, ...ADDRESSES, without: ["ipv4", "type"] },
  "search": list(domains, "domains to append to relative names, instead of the system's", {
    more:
      "They are appended in this order, separated by commas, as those of /etc/resolv.conf are; also where --server is " +
      "given, whose names are taken as they are otherwise. A name with a dot at its end is absolute.",
  }),
  "attempts": option(kind.integer(1, 10), "maximum queries to each server (default: the system's, or 2)"),
  "timeout": option(kind.duration, "limit for an input, all servers and attempts included (phase resolve)", {
    default: "15s",
  }),
  ...QUESTION,
  ...LIST,
  ...TRANSFER,
  ...VALIDATE,
  ...COMPARE,
  ...TRACE_DELEGATION,
  ...OUTPUT,
};
