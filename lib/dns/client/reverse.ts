import { parseIPv4, parseIPv6 } from "../../core/mod.ts";

/**
 * Returns the name under which the name of an address is stored (RFC 1035 §3.5, RFC 3596 §2.5); undefined for any other
 * text. The zone of a link-local address is ignored.
 *
 * @param address The IP address.
 * @returns The absolute name below `in-addr.arpa.` or `ip6.arpa.`.
 * @example Build a reverse name
 * ```ts
 * import { reverseName } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(reverseName("192.0.2.7"), "7.2.0.192.in-addr.arpa.");
 * ```
 */
export function reverseName(address: string): string | undefined {
  const v4 = parseIPv4(address);
  if (v4) return `${v4.toReversed().join(".")}.in-addr.arpa.`;
  const v6 = parseIPv6(address.replace(/%.*/, ""));
  return v6 && `${[...v6.toHex()].toReversed().join(".")}.ip6.arpa.`;
}
