import { formatIPv6, parseIPv6 } from "../../../core/address/ip.ts";
import { showUntrusted } from "../../../core/untrusted.ts";
import { Fault } from "../../error.ts";
import { domainToAscii } from "../../idna.ts";
import { ENCODE_SETS, percentDecode, percentEncode } from "../../percent.ts";
import { endsInNumber, readIPv4 } from "./ipv4.ts";

const FORBIDDEN_IN_HOST = /[\0\t\n\r #/:<>?@[\\\]^|]/;
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const FORBIDDEN_IN_DOMAIN = /[\x00-\x20#/:<>?@[\\\]^|%\x7f]/;
/** Hosts that are in normal form already: a name of the DNS that is not a number. */
const PLAIN = /^(?:[a-z0-9_-]+\.)*[a-z][a-z0-9_-]*$/i;

/**
 * Returns the normal form of a host (WHATWG URL §3.5): a domain in ASCII, an IPv4 address in its usual form, an IPv6
 * address in brackets, or, for a scheme that is not special, the host with its control characters encoded. `at` is the
 * position of the host, for the {@link Fault} of an invalid one.
 */
export function normalHost(host: string, special: boolean, at: number): string {
  if (PLAIN.test(host)) return special ? host.toLowerCase() : host;
  if (host.startsWith("[")) {
    const bytes = host.endsWith("]") ? parseIPv6(host.slice(1, -1)) : undefined;
    if (!bytes) throw new Fault("there is no IPv6 address in the brackets", at);
    return `[${formatIPv6(bytes)}]`;
  }
  if (!special) {
    const bad = host.search(FORBIDDEN_IN_HOST);
    if (bad >= 0) throw forbidden(host, bad, at);
    return percentEncode(host, ENCODE_SETS.control);
  }
  const domain = percentDecode(host);
  const ascii = domainToAscii(domain);
  if (ascii === undefined || FORBIDDEN_IN_DOMAIN.test(ascii)) {
    // Looked for only now: `<` with a stroke through it is another character, and allowed.
    const bad = domain.search(FORBIDDEN_IN_DOMAIN);
    if (bad >= 0) throw forbidden(domain, bad, domain === host ? at : at - bad);
    throw new Fault("the host cannot be encoded in ASCII (UTS #46)", at);
  }
  if (!endsInNumber(ascii)) return ascii;
  const address = readIPv4(ascii);
  if (address === undefined) throw new Fault("the host ends in a number but is not an IPv4 address", at);
  return address;
}

function forbidden(host: string, bad: number, at: number): Fault {
  return new Fault(`a host cannot hold "${showUntrusted(host.charAt(bad))}"`, at + bad);
}
