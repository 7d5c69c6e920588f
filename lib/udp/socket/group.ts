import { ipVersion, parseIPv4, UsageError } from "../../core/mod.ts";
import { isGroup } from "./peer.ts";

/** A multicast group, and the interface on which it is joined. */
export interface Group {
  /** The address of the group. */
  readonly group: string;
  /** IPv4: an address of the interface; IPv6: its number, since names cannot be looked up. @default the system's choice */
  readonly interface?: string;
}

/**
 * Reads a group as it is written on a command line: `239.1.2.3`, `239.1.2.3@192.0.2.7`, `ff02::fb@2`.
 *
 * @throws {UsageError} When the address is no multicast group (224.0.0.0/4, ff00::/8), or the interface is not of its
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
  if (!family || !isGroup(group)) throw new UsageError(`"${text}" is no multicast group`);
  const fits = at === undefined || (family === 4 ? parseIPv4(at) !== undefined : /^\d{1,9}$/.test(at));
  if (!fits) {
    const wanted = family === 4 ? "an IPv4 address of it" : "its number";
    throw new UsageError(`"${text}": after @ stands the interface, by ${wanted}`);
  }
  return at === undefined ? { group } : { group, interface: at };
}

/**
 * Where to listen when only a port was given: on loopback, or where the groups are heard: on the group itself where it
 * is a single one of IPv4 (then nothing else is heard), otherwise on all addresses.
 */
export function listeningHost(groups: readonly Group[], family: 4 | 6 = 4): string {
  const [first, ...more] = groups;
  if (!first) return family === 6 ? "::1" : "127.0.0.1";
  if (ipVersion(first.group) === 6) return "::";
  // Windows does not bind to groups.
  return more.length === 0 && Deno.build.os !== "windows" ? first.group : "0.0.0.0";
}
