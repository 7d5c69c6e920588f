import { type Address, formatAddress, ipVersion, isMulticast, plainIP } from "../../core/mod.ts";

/** Source of a unix socket that is not bound to a path: no reply can be sent. */
const UNNAMED = "";

/** Converts an address of the runtime; an IPv4-mapped IPv6 address becomes IPv4. */
export function fromRuntime(addr: Deno.Addr): Address {
  // Despite its type, the path is null for a sender without a path.
  if ("path" in addr) return { transport: "unix", path: addr.path ?? UNNAMED };
  if (!("hostname" in addr)) return { transport: "unix", path: UNNAMED };
  return { transport: "ip", host: plainIP(addr.hostname), port: addr.port };
}

/** Converts an address for the runtime's datagram calls. */
export function toRuntime(address: Address): Deno.Addr {
  return address.transport === "unix"
    ? { transport: "unixpacket", path: address.path }
    : { transport: "udp", hostname: address.host, port: address.port };
}

/** Formats a peer: `192.0.2.7:9000`, `unix:/path`, `unix:(unnamed)`. */
export function peerName(peer: Address): string {
  return peer.transport === "unix" && peer.path === UNNAMED ? "unix:(unnamed)" : formatAddress(peer);
}

/** Whether a reply can be sent to it. */
export function isNamed(peer: Address): boolean {
  return peer.transport === "unix" ? peer.path !== UNNAMED : peer.port !== 0;
}

/** Whether two addresses are of the same socket. */
export function isSamePeer(a: Address, b: Address): boolean {
  if (a.transport === "unix" || b.transport === "unix") {
    return a.transport === b.transport && "path" in a && "path" in b && a.path === b.path;
  }
  return a.port === b.port && plainIP(a.host) === plainIP(b.host);
}

/** Whether an address stands for many hosts: a multicast group (RFC 5771, RFC 4291 §2.7), or a broadcast address. */
export function isMany(address: Address): boolean {
  if (address.transport === "unix") return false;
  // The broadcast address of a network cannot be recognised without its mask; most end in 255.
  return isMulticast(address.host) || (ipVersion(address.host) === 4 && /^\d+\.\d+\.\d+\.255$/.test(address.host));
}
