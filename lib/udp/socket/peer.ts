import { type Address, formatAddress, formatIP, parseIPv4, parseIPv6 } from "../../core/mod.ts";

/** The end of a unix socket that has no path: it can be heard, and not answered. */
const UNNAMED = "";

/** An address of the runtime as one of ours; an IPv4 address that came through an IPv6 socket as IPv4. */
export function fromRuntime(addr: Deno.Addr): Address {
  // The runtime says null where its type says string: the sender has no name.
  if ("path" in addr) return { transport: "unix", path: addr.path ?? UNNAMED };
  if (!("hostname" in addr)) return { transport: "unix", path: UNNAMED };
  return { transport: "ip", host: plainIP(addr.hostname), port: addr.port };
}

/** An address of ours as the runtime takes it for datagrams. */
export function toRuntime(address: Address): Deno.Addr {
  return address.transport === "unix"
    ? { transport: "unixpacket", path: address.path }
    : { transport: "udp", hostname: address.host, port: address.port };
}

/** How a peer is shown: `192.0.2.7:9000`, `unix:/path`, `unix:(unnamed)`. */
export function peerName(peer: Address): string {
  return peer.transport === "unix" && peer.path === UNNAMED ? "unix:(unnamed)" : formatAddress(peer);
}

/** Whether an answer can reach it at all. */
export function isNamed(peer: Address): boolean {
  return peer.transport === "unix" ? peer.path !== UNNAMED : peer.port !== 0;
}

/** Whether two addresses are the same socket. */
export function isSamePeer(a: Address, b: Address): boolean {
  if (a.transport === "unix" || b.transport === "unix") {
    return a.transport === b.transport && "path" in a && "path" in b && a.path === b.path;
  }
  return a.port === b.port && plainIP(a.host) === plainIP(b.host);
}

/** Whether an address stands for many hosts: a multicast group (RFC 5771, RFC 4291 §2.7), or the broadcast of a network. */
export function isMany(address: Address): boolean {
  if (address.transport === "unix") return false;
  const first = firstByte(address.host);
  // A network's own broadcast address cannot be told from a host without knowing its mask; most end so.
  return isGroup(address.host) || (first !== undefined && /^\d+\.\d+\.\d+\.255$/.test(address.host));
}

/** Whether an IP address is a multicast group. */
export function isGroup(ip: string): boolean {
  const v4 = parseIPv4(ip)?.[0];
  return v4 === undefined ? firstByte(ip) === 255 : v4 >= 224 && v4 <= 239;
}

/** An IP address in the one form that compares: no zone, short, IPv4 also where it is mapped (RFC 4291 §2.5.5.2). */
export function plainIP(text: string): string {
  if (!text.includes(":")) return text;
  const bytes = parseIPv6(text.replace(/%.*/, ""));
  return bytes ? formatIP(bytes).replace(/^::ffff:(?=\d+\.)/, "") : text;
}

function firstByte(ip: string): number | undefined {
  return (parseIPv4(ip) ?? parseIPv6(ip.replace(/%.*/, "")))?.[0];
}
