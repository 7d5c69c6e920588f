import { formatIP, parseIPv6 } from "../../../core/mod.ts";

/** The host of a client's address: `192.0.2.7:80`, `[2001:db8::7]:80`, or as a proxy names it, without a port. */
export function peerHost(peer: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(peer)?.[1] ?? (parseIPv6(peer) ? peer : peer.replace(/:\d+$/, ""));
}

/** An address as it can stand in a mask; one that begins with a colon would look like a last parameter. */
export function maskHost(peer: string): string {
  if (peer.startsWith("unix:")) return "localhost";
  const host = peerHost(peer);
  return host.startsWith(":") ? `0${host}` : host;
}

/**
 * Where a client is, for counting; empty for this machine, which is not limited. Of IPv6 it is the network: whoever has
 * one address of that has as many as they like (RFC 6177).
 */
export function countedNetwork(peer: string): string {
  if (peer.startsWith("unix:")) return "";
  const host = peerHost(peer);
  if (/^(?:127\.|::1$|::ffff:127\.)/.test(host)) return "";
  const bytes = parseIPv6(host.replace(/%.*$/, ""));
  if (!bytes || host.startsWith("::ffff:")) return host;
  return `${formatIP(Uint8Array.from(bytes, (byte, i) => i < 8 ? byte : 0))}/64`;
}
