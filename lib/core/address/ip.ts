/**
 * Parses a dotted IPv4 address as its four bytes; undefined if the text is not one. Strict: four decimal numbers,
 * no leading zeros, since programs disagree about the meaning of `010.0.0.1`.
 */
export function parseIPv4(text: string): Uint8Array<ArrayBuffer> | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  const bytes = new Uint8Array(4);
  for (const [index, part] of parts.entries()) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bytes[index] = Number(part);
  }
  return bytes;
}

/** Parses an IPv6 address (RFC 4291 §2.2, without zone or brackets) as its 16 bytes; undefined if the text is not one. */
export function parseIPv6(text: string): Uint8Array<ArrayBuffer> | undefined {
  let rest = text;
  const dotted = /(?:^|:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1];
  if (dotted !== undefined) {
    const v4 = parseIPv4(dotted);
    if (!v4) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = v4;
    rest = text.slice(0, -dotted.length) + ((a << 8) | b).toString(16) + ":" + ((c << 8) | d).toString(16);
  }
  const halves = rest.split("::");
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => half === "" ? [] : half.split(":"));
  const [head = [], tail = []] = groups;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array<string>(missing).fill("0"), ...tail];
  const bytes = new Uint8Array(16);
  for (const [index, group] of all.entries()) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    const value = parseInt(group, 16);
    bytes[2 * index] = value >> 8;
    bytes[2 * index + 1] = value & 255;
  }
  return bytes;
}

/**
 * Returns 4 or 6 for an IP address (an IPv6 one may have a `%zone`), undefined for any other text.
 *
 * @param text The text.
 * @returns 4, 6, or undefined.
 * @example Tell addresses from names
 * ```ts
 * import { ipVersion } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([ipVersion("192.0.2.7"), ipVersion("::1"), ipVersion("a.test")], [4, 6, undefined]);
 * ```
 */
export function ipVersion(text: string): 4 | 6 | undefined {
  if (parseIPv4(text)) return 4;
  return parseIPv6(text.replace(ZONE, "")) ? 6 : undefined;
}

/**
 * Parses an IP address, with or without a zone, as its bytes; an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) as the four of
 * IPv4. Undefined for any other text.
 */
export function ipBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = parseIPv4(text) ?? parseIPv6(text.replace(ZONE, ""));
  return bytes?.length === 16 && isMapped(bytes) ? bytes.subarray(12) : bytes;
}

/**
 * Returns an IP address in the one form by which it is compared: without zone, IPv6 in the short form of RFC 5952, an IPv4-mapped
 * one as IPv4. Any other text is returned as it is.
 */
export function plainIP(text: string): string {
  if (!text.includes(":")) return text;
  const bytes = ipBytes(text);
  return bytes ? formatIP(bytes) : text;
}

function isMapped(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 255));
}

/** Zone of a link-local address (RFC 4007 §11): name or index of an interface. */
const ZONE = /%[\w.-]+$/;

/** Formats 4 or 16 bytes as an address, IPv6 in the short form of RFC 5952. */
export function formatIP(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  return isMapped(bytes) ? `::ffff:${bytes.subarray(12).join(".")}` : formatIPv6(bytes);
}

/** Formats the 16 bytes of an IPv6 address in hexadecimal, with the longest run of zeros compressed (RFC 5952 §4). */
export function formatIPv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((g) => g.toString(16));
  if (best.start < 0) return hex.join(":");
  return `${hex.slice(0, best.start).join(":")}::${hex.slice(best.start + best.length).join(":")}`;
}

/**
 * Returns whether an IP address is a loopback address: 127.0.0.0/8, ::1, or the first mapped to IPv6.
 *
 * @param ip The IP address.
 * @returns Whether only this machine can reach it.
 * @example Check an address
 * ```ts
 * import { isLoopback } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([isLoopback("127.1.2.3"), isLoopback("192.0.2.7")], [true, false]);
 * ```
 */
export function isLoopback(ip: string): boolean {
  const bytes = ipBytes(ip);
  if (bytes?.length === 4) return bytes[0] === 127;
  return bytes?.every((byte, index) => byte === (index < 15 ? 0 : 1)) ?? false;
}

/** Returns whether a host to listen on can only be reached from this machine: a loopback address, or `localhost`. */
export function isLocalHost(host: string): boolean {
  return isLoopback(host) || host.toLowerCase() === "localhost";
}

/** Whether a server that listens on this address listens on all of the machine's. */
export function isUnspecified(ip: string): boolean {
  return ipBytes(ip)?.every((byte) => byte === 0) ?? false;
}

/** Returns whether an IP address is a multicast group (RFC 5771, RFC 4291 §2.7). */
export function isMulticast(ip: string): boolean {
  const bytes = ipBytes(ip);
  const first = bytes?.[0] ?? 0;
  return bytes?.length === 4 ? first >= 224 && first <= 239 : first === 255;
}

/** Returns whether an IP address is that of one host: neither unspecified nor a multicast group nor the broadcast address. */
export function isHostAddress(ip: string): boolean {
  const bytes = ipBytes(ip);
  if (!bytes || isUnspecified(ip) || isMulticast(ip)) return false;
  return bytes.length !== 4 || bytes.some((byte) => byte !== 255);
}

/** Returns the host to bind a socket to that sends to this address: the wildcard address, or for loopback a loopback address. */
export function sendingHost(ip: string): string {
  const v6 = ipVersion(ip) === 6;
  if (isLoopback(ip)) return v6 ? "::1" : "127.0.0.1";
  return v6 ? "::" : "0.0.0.0";
}
