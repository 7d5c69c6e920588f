import { formatIP, ipBytes, isLoopback, parseIPv6 } from "../../../core/mod.ts";

/**
 * Returns the host of a client's address: `192.0.2.7:80`, `[2001:db8::7]:80`, or as a proxy sends it, without a port.
 */
export function peerHost(peer: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(peer)?.[1] ?? (parseIPv6(peer) ? peer : peer.replace(/:\d+$/, ""));
}

/** Returns an address as the host of a mask; a leading colon would start the last parameter. */
export function maskHost(peer: string): string {
  if (peer.startsWith("unix:")) return "localhost";
  const host = peerHost(peer);
  return host.startsWith(":") ? `0${host}` : host;
}

/**
 * Returns the network that the connection limit counts; empty for loopback, which is not limited. For IPv6 it is the
 * /64, since a host can use all addresses of its network (RFC 6177).
 */
export function countedNetwork(peer: string): string {
  if (peer.startsWith("unix:")) return "";
  const host = peerHost(peer);
  if (isLoopback(host)) return "";
  const bytes = ipBytes(host);
  if (bytes?.length !== 16) return bytes ? formatIP(bytes) : host;
  return `${formatIP(Uint8Array.from(bytes, (byte, i) => i < 8 ? byte : 0))}/64`;
}

/** Returns the host of an address as other servers may count it; undefined for loopback, which is each machine's own. */
export function sharedAddress(peer: string): string | undefined {
  return countedNetwork(peer) === "" ? undefined : peerHost(peer).slice(0, 100);
}
