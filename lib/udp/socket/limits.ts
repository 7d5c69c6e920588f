import { type Address, formatAddress, parseSize, UsageError } from "../../core/mod.ts";

/**
 * The most bytes that one datagram carries: what 65,535 leave beside the headers of IPv4 (20) and UDP (8), of UDP alone
 * over IPv6 (RFC 768, RFC 8200 §3), and what a unix socket takes on Linux unless set otherwise.
 */
export const LARGEST_DATAGRAM: Readonly<Record<"ipv4" | "ipv6" | "unix", number>> = {
  ipv4: 65_507,
  ipv6: 65_527,
  unix: 212_960,
};

/** Room for the largest datagram and more: what is longer than all may be was not cut by us. */
export const BUFFER_SIZE: Readonly<Record<"ip" | "unix", number>> = { ip: 65_536, unix: 256 * 1024 };

/** Answers per second that one host may get from an echo. */
export const ECHO_LIMIT = 50_000;

const SAID = { ipv4: "over IPv4", ipv6: "over IPv6", unix: "through a unix socket" } as const;

/**
 * Checks that so many bytes fit into one datagram to a peer.
 *
 * @throws {UsageError} `too-large` when they do not.
 */
export function requireFits(size: number, to: Address): void {
  const way = to.transport === "unix" ? "unix" : to.host.includes(":") ? "ipv6" : "ipv4";
  const largest = LARGEST_DATAGRAM[way];
  if (size <= largest) return;
  throw new UsageError(`${size} bytes do not fit into a datagram to ${formatAddress(to)}: ${SAID[way]} ${largest} do`, {
    code: "too-large",
    operation: "send",
    peer: formatAddress(to),
  });
}

/**
 * Reads a size such as `1k` that may be that of a datagram.
 *
 * @throws {UsageError} When it is no size, or none that any way takes.
 */
export function parseDatagramSize(text: string): number {
  const size = parseSize(text);
  if (size > LARGEST_DATAGRAM.unix) throw new UsageError(`"${text}" does not fit into a datagram`);
  return size;
}
