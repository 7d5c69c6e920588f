import { type DialOptions, type HostPort, ipVersion, ruledAddresses, ruledTarget } from "../../../core/mod.ts";
import { addressesFromServers } from "../../name/lookup.ts";
import type { ProbeContext } from "../../probe/probe.ts";
import { withoutZone } from "../../target/host.ts";
import type { HttpInput } from "./http_input.ts";

/** Rules that lead requests to an address. */
type Rules = NonNullable<DialOptions["resolve"]>;

/**
 * Returns the rules by which a URL is requested: the address of the target that was found to answer, and for other hosts, which
 * redirects lead to, those of the name servers given for the check. A proxy looks names up by itself.
 *
 * @throws {ToucanError} When the name servers have no address.
 */
export async function rulesFor(url: string, input: HttpInput, context: ProbeContext): Promise<Rules> {
  const { proxy, connectTo, resolve = [] } = context.dial;
  if (proxy) return resolve;
  const first = connectionOf(input.url, connectTo);
  const known = { host: first.host, port: first.port, addresses: [input.address.address] };
  const rules = [...resolve, known];
  const to = connectionOf(url, connectTo);
  if (!context.servers || ipVersion(to.host) || ruledAddresses(to, rules)) return rules;
  const addresses = await addressesFromServers(to.host, context);
  return [...rules, { host: to.host, port: to.port, addresses: addresses.map(({ address }) => address) }];
}

/** Returns the host and port that the connection for a URL goes to. */
function connectionOf(url: string, connectTo: DialOptions["connectTo"]): HostPort {
  const { hostname, port, protocol } = new URL(url);
  const host = withoutZone(hostname.replace(/^\[(.*)\]$/, "$1"));
  const to: HostPort = { transport: "ip", host, port: Number(port) || (protocol === "https:" ? 443 : 80) };
  return ruledTarget(to, connectTo) ?? to;
}
