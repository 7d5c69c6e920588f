import { flag, kind, option, type Values } from "../../lib/cli/mod.ts";
import { UsageError } from "../../lib/core/mod.ts";
import { classNumber, type EdnsOption, nsidOption, type QueryFlags, subnetOption } from "../../lib/dns/internal.ts";

const klass = kind.parsed("CLASS", "IN, CH, HS, ANY or CLASS and a number", (text) => {
  if (classNumber(text) === undefined) throw new UsageError(`unknown class "${text}"`);
  return text.toUpperCase();
});
const subnet = kind.parsed("PREFIX", "a prefix such as 192.0.2.0/24, or 0 for none", (text) => subnetOption(text));

/** Options for flags and EDNS of a query. */
export const QUESTION = {
  "class": option(klass, "class of the query (default: IN)", { short: "c" }),
  "no-recurse": flag("do not request recursion"),
  "dnssec": flag("request DNSSEC records (DO), and whether the server verified them (AD)"),
  "cd": flag("request that the server does not verify DNSSEC (CD)"),
  "subnet": option(subnet, "send this client subnet (RFC 7871)"),
  "nsid": flag("request the identifier of the server (RFC 5001)"),
  "edns-size": option(kind.integer(512, 65535), "maximum size of a UDP response in bytes (default: 1232)"),
  "no-edns": flag("query without EDNS", { without: ["dnssec", "subnet", "nsid", "edns-size"] }),
} as const;

/** Returns the flags and EDNS of the queries of a call. */
export function queryFlags(options: Values<typeof QUESTION>): QueryFlags {
  const { dnssec, cd, nsid, subnet, class: klass } = options;
  const edns: EdnsOption[] = [...(subnet ? [subnet] : []), ...(nsid ? [nsidOption()] : [])];
  return {
    ...(klass !== undefined && { class: klass }),
    ...(options["no-recurse"] && { recursionDesired: false }),
    ...(dnssec && { dnssecOk: true, authenticData: true }),
    ...(cd && { checkingDisabled: true }),
    ...(edns.length > 0 && { options: edns }),
    ...(options["edns-size"] !== undefined && { udpSize: options["edns-size"] }),
    ...(options["no-edns"] && { plain: true }),
  };
}
