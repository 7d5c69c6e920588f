import { flag, kind, option, type Values } from "../../lib/cli/mod.ts";
import { UsageError } from "../../lib/core/mod.ts";
import { classNumber, type EdnsOption, nsidOption, type QueryFlags, subnetOption } from "../../lib/dns/internal.ts";

const klass = kind.parsed("CLASS", "IN, CH, HS, ANY or CLASS and a number", (text) => {
  if (classNumber(text) === undefined) throw new UsageError(`unknown class "${text}"`);
  return text.toUpperCase();
});
const subnet = kind.parsed("PREFIX", "a prefix such as 192.0.2.0/24, or 0 for none", (text) => subnetOption(text));

const cookie = kind.parsed("HEX", "16 hexadecimal digits, or 32 to 80", (text) => {
  if (!/^[0-9a-f]*$/i.test(text) || text.length % 2 !== 0 || !isCookieSize(text.length / 2)) {
    throw new UsageError(`invalid cookie "${text}"`);
  }
  return Uint8Array.fromHex(text);
});

function isCookieSize(bytes: number): boolean {
  return bytes === 8 || (bytes >= 16 && bytes <= 40);
}

/** Options for flags and EDNS of a query. */
export const QUESTION = {
  "class": option(klass, "class of the query (default: IN)", { short: "c" }),
  "no-recurse": flag("do not request recursion"),
  "dnssec": flag("request DNSSEC records (DO), and whether the server verified them (AD)"),
  "cd": flag("request that the server does not verify DNSSEC (CD)"),
  "subnet": option(subnet, "send this client subnet (RFC 7871)"),
  "nsid": flag("request the identifier of the server (RFC 5001)"),
  "cookie": flag("send cookies, which prove that responses are not forged (RFC 7873)", {
    more:
      "Each server gets a cookie of its own, and its own cookie back with the next query. A response with another " +
      "cookie is ignored; one without it, from a server that had sent one, is replaced by one over TCP.",
  }),
  "client-cookie": option(cookie, "send this cookie: 8 bytes of the client, and of a server 8 to 32 more", {
    alias: ["--cookie="],
  }),
  "edns-size": option(kind.integer(512, 65535), "maximum size of a UDP response in bytes (default: 1232)"),
  "no-edns": flag("query without EDNS", {
    without: ["dnssec", "subnet", "nsid", "cookie", "client-cookie", "edns-size"],
  }),
} as const;

/** Returns whether cookies are sent, or which ones. */
export function cookiesOf(options: Pick<Values<typeof QUESTION>, "cookie" | "client-cookie">): boolean | Uint8Array {
  return options["client-cookie"] ?? options.cookie;
}

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
