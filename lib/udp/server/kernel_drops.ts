import { type Address, ipVersion, parseIPv4, parseIPv6 } from "../../core/mod.ts";

/** Columns of `/proc/net/udp`: local address and port, and drops, the last one (proc_net_udp). */
const LOCAL = 1;
const DROPS = 12;

/**
 * Returns the number of datagrams that Linux dropped on arrival at a socket, from the text of `/proc/net/udp` or `udp6`: those that did
 * not fit into its receive buffer. Returns undefined when no socket, or more than one, has this address.
 */
export function kernelDrops(table: string, local: Address): number | undefined {
  if (local.transport === "unix") return undefined;
  const key = `${hexAddress(local.host)}:${local.port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = table.split("\n").map((line) => line.trim().split(/\s+/)).filter((fields) => fields[LOCAL] === key);
  const drops = rows.length === 1 ? Number(rows[0]?.[DROPS] ?? NaN) : NaN;
  return Number.isInteger(drops) ? drops : undefined;
}

/** Formats an IP address as the kernel does: 32-bit words in the byte order of the machine, which is little-endian. */
function hexAddress(host: string): string {
  const bytes = (ipVersion(host) === 4 ? parseIPv4(host) : parseIPv6(host.replace(/%.*/, ""))) ?? [];
  const word = (at: number) => [...bytes.slice(at, at + 4)].reverse();
  const ordered = Array.from({ length: bytes.length / 4 }, (_, i) => word(4 * i)).flat();
  return ordered.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join("");
}
