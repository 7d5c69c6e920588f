import { UsageError } from "../../../core/errors/errors.ts";
import { isLocalHost } from "../../../core/address/ip.ts";
import { parseNetwork } from "../../../core/address/network.ts";

/** Listeners of a server, and its clients. */
export interface Reach {
  /** Hosts that it listens on. */
  readonly hosts: readonly string[];
  /** Networks whose clients are answered. */
  readonly allow: readonly string[];
  /** Whether it looks names up elsewhere for them. */
  readonly recursive: boolean;
}

/** Shortest prefixes of networks whose queries are forwarded: those of the largest private networks, 10.0.0.0/8 and fc00::/7. */
const [SHORTEST_IPV4, SHORTEST_IPV6] = [8, 7];

/**
 * Checks that a server on an address that other machines can reach has a list of its clients, and that it does not look names up
 * for all addresses: the responses to forged queries flood others (RFC 5358).
 *
 * @throws {UsageError} `allow-required`, `open-resolver`.
 */
export function checkReach({ hosts, allow, recursive }: Reach): void {
  const remote = hosts.find((host) => !isLocalHost(host));
  if (remote !== undefined && allow.length === 0) {
    throw new UsageError(`cannot listen on ${remote} without networks whose clients are answered`, {
      code: "allow-required",
    });
  }
  const wide = recursive ? allow.find(isWide) : undefined;
  if (wide !== undefined) {
    throw new UsageError(`cannot forward the queries of ${wide}: this would be an open resolver`, {
      code: "open-resolver",
    });
  }
}

/** Returns whether a network is larger than any private one: several of these would be all addresses. */
function isWide(text: string): boolean {
  const network = parseNetwork(text);
  return network !== undefined && network.bits < (network.bytes.length === 4 ? SHORTEST_IPV4 : SHORTEST_IPV6);
}
