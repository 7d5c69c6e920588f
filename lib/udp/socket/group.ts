import { ipVersion, isMulticast, isWindows, type Os, parseIPv4, UsageError } from "../../core/mod.ts";

/** Multicast group, and the interface to join it on. */
export interface Group {
  /** Address of the group. */
  readonly group: string;
  /** IPv4: an address of the interface; IPv6: its index, since names cannot be looked up. @default the system's choice */
  readonly interface?: string;
}

/**
 * Parses a group in the form of the command line: `239.1.2.3`, `239.1.2.3@192.0.2.7`, `ff02::fb@2`.
 *
 * @throws {UsageError} When the address is not a multicast group (224.0.0.0/4, ff00::/8), or the interface is not of its
 * family.
 * @example
 * ```ts
 * import { parseGroup } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseGroup("ff02::fb@2"), { group: "ff02::fb", interface: "2" });
 * ```
 */
export function parseGroup(text: string): Group {
  const [, group = "", at] = /^([^@]*)(?:@(.*))?$/s.exec(text) ?? [];
  const family = group.includes("%") ? undefined : ipVersion(group);
  if (!family || !isMulticast(group)) throw new UsageError(`"${text}" is not a multicast group`);
  const fits = at === undefined || (family === 4 ? parseIPv4(at) !== undefined : /^\d{1,9}$/.test(at));
  if (!fits) {
    const wanted = family === 4 ? "an IPv4 address of the interface" : "the index of the interface";
    throw new UsageError(`invalid interface in "${text}": must be ${wanted}`);
  }
  return at === undefined ? { group } : { group, interface: at };
}

/**
 * Returns the host to listen on when only a port is given: loopback; with groups, the group itself if it is the only one and
 * of IPv4 (then nothing else is received), otherwise the wildcard address.
 */
export function listeningHost(groups: readonly Group[], family: 4 | 6 = 4, os?: Os): string {
  const [first, ...more] = groups;
  if (!first) return family === 6 ? "::1" : "127.0.0.1";
  if (ipVersion(first.group) === 6) return "::";
  // Windows cannot bind to a group.
  return more.length === 0 && !isWindows(os) ? first.group : "0.0.0.0";
}
