import { UsageError } from "../../../core/errors/errors.ts";
import { isLocalHost } from "../../../core/address/ip.ts";

/** Listeners of a server, and its clients. */
export interface Reach {
  /** Hosts that it listens on. */
  readonly hosts: readonly string[];
  /** Networks whose clients are answered. */
  readonly allow: readonly string[];
  /** Whether it looks names up elsewhere for them. */
  readonly recursive: boolean;
}

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
  if (recursive && allow.some((network) => /\/0+$/.test(network))) {
    throw new UsageError("cannot forward the queries of all addresses: this would be an open resolver", {
      code: "open-resolver",
    });
  }
}
