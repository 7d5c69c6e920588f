import { type Address, formatAddress, parseSize, UsageError } from "../../core/mod.ts";

/**
 * Maximum payload of a datagram in bytes: 65,535 less the headers of IPv4 (20) and UDP (8); over IPv6 less that of UDP
 * alone (RFC 768, RFC 8200 §3); for a unix socket the default limit of Linux.
 */
export const LARGEST_DATAGRAM: Readonly<Record<"ipv4" | "ipv6" | "unix", number>> = {
  ipv4: 65_507,
  ipv6: 65_527,
  unix: 212_960,
};

/** Size of a receive buffer: larger than any datagram, so that none is truncated here. */
export const BUFFER_SIZE: Readonly<Record<"ip" | "unix", number>> = { ip: 65_536, unix: 256 * 1024 };

/** Default maximum of replies per second from an echo server to one host. */
export const ECHO_LIMIT = 50_000;

const TRANSPORT = { ipv4: "over IPv4", ipv6: "over IPv6", unix: "through a unix socket" } as const;

/**
 * Checks that a payload of `size` bytes fits into one datagram to a peer.
 *
 * @throws {UsageError} `too-large` when they do not.
 */
export function requireFits(size: number, to: Address): void {
  const way = to.transport === "unix" ? "unix" : to.host.includes(":") ? "ipv6" : "ipv4";
  const largest = LARGEST_DATAGRAM[way];
  if (size <= largest) return;
  throw new UsageError(
    `cannot send ${size} bytes to ${formatAddress(to)} in a datagram: the maximum ${TRANSPORT[way]} is ${largest}`,
    {
      code: "too-large",
      operation: "send",
      peer: formatAddress(to),
    },
  );
}

/**
 * Parses the size of a datagram, such as `1k`.
 *
 * @throws {UsageError} When it is not a size, or too large for any datagram.
 */
export function parseDatagramSize(text: string): number {
  const size = parseSize(text);
  if (size > LARGEST_DATAGRAM.unix) {
    throw new UsageError(`invalid datagram size "${text}": the maximum is ${LARGEST_DATAGRAM.unix}`);
  }
  return size;
}
