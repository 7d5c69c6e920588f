import { parseIPv4, parseIPv6 } from "../../../core/address/ip.ts";
import { concat } from "../../../deps/std/bytes.ts";
import { sipHash } from "./siphash.ts";

const HEAD = Uint8Array.of(1, 0, 0, 0);

/**
 * Returns the cookie of a server for a client: version 1, the time and a hash of both cookies and the address (RFC 9018
 * §4). `secret` has 16 bytes, `seconds` is the time since 1970.
 */
export function serverCookie(
  secret: Uint8Array,
  clientCookie: Uint8Array,
  address: string,
  seconds: number,
): Uint8Array<ArrayBuffer> {
  const time = new Uint8Array(4);
  new DataView(time.buffer).setUint32(0, seconds % 2 ** 32);
  const ip = parseIPv4(address) ?? parseIPv6(address.replace(/%.*$/, "")) ?? new Uint8Array();
  return concat([HEAD, time, sipHash(secret, concat([clientCookie, HEAD, time, ip]))]);
}
