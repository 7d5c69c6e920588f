import { UsageError } from "../../core/mod.ts";
import { nameKey } from "../codec/canonical.ts";
import type { ResourceRecord } from "../codec/record.ts";

/** Name server and its addresses. */
export interface NamedServer {
  /** Name, absolute. */
  readonly name: string;
  /** Addresses; none if they are not known. */
  readonly addresses: readonly string[];
}

/** The root servers, as IANA publishes them (https://www.internic.net/domain/named.root). */
const ROOT_SERVERS: readonly (readonly [letter: string, ipv4: string, ipv6: string])[] = [
  ["a", "198.41.0.4", "2001:503:ba3e::2:30"],
  ["b", "170.247.170.2", "2801:1b8:10::b"],
  ["c", "192.33.4.12", "2001:500:2::c"],
  ["d", "199.7.91.13", "2001:500:2d::d"],
  ["e", "192.203.230.10", "2001:500:a8::e"],
  ["f", "192.5.5.241", "2001:500:2f::f"],
  ["g", "192.112.36.4", "2001:500:12::d0d"],
  ["h", "198.97.190.53", "2001:500:1::53"],
  ["i", "192.36.148.17", "2001:7fe::53"],
  ["j", "192.58.128.30", "2001:503:c27::2:30"],
  ["k", "193.0.14.129", "2001:7fd::1"],
  ["l", "199.7.83.42", "2001:500:9f::42"],
  ["m", "202.12.27.33", "2001:dc3::35"],
];

/** Returns the root servers. */
export function rootServers(): NamedServer[] {
  return ROOT_SERVERS.map(([letter, ...addresses]) => ({ name: `${letter}.root-servers.net.`, addresses }));
}

/**
 * Returns the root servers that records name: the NS records of the root, and their addresses.
 *
 * @throws {UsageError} `invalid-root-hints` when none has an address.
 */
export function rootServersOf(records: readonly ResourceRecord[]): NamedServer[] {
  const names = records.filter(({ name, type }) => name === "." && type === "NS");
  const servers = namedServers(names, records);
  if (servers.some(({ addresses }) => addresses.length > 0)) return servers;
  throw new UsageError("the root hints name no server with an address: NS records of . and A or AAAA are required", {
    code: "invalid-root-hints",
  });
}

/** Returns the servers of NS records, each once, with the addresses that other records have of them. */
export function namedServers(delegation: readonly ResourceRecord[], others: readonly ResourceRecord[]): NamedServer[] {
  const servers = new Map<string, string[]>();
  for (const { fields } of delegation) servers.set(nameKey(String(fields.target)), []);
  for (const { name, type, data } of others) {
    if (type === "A" || type === "AAAA") servers.get(nameKey(name))?.push(data);
  }
  return [...servers].map(([name, addresses]) => ({ name, addresses: [...new Set(addresses)] }));
}
