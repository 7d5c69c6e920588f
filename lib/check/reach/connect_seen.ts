import type { HostAddress } from "../../core/mod.ts";

/** Addresses to connect to. */
export interface ConnectInput {
  /** Addresses, in the order in which they are raced. */
  readonly addresses: readonly HostAddress[];
  /** Port. */
  readonly port: number;
  /** Resolves when connections may be repeated without disturbing what is timed. Without it they are at once. */
  readonly repeatable?: Promise<unknown>;
  /** Called with the first address that accepts, while the others are still tried. */
  readonly onOpen?: (address: HostAddress) => void;
}

/** Result of an attempt. */
export interface ConnectAttempt extends HostAddress {
  /** Result. */
  readonly result: "connected" | "refused" | "filtered" | "unreachable" | "reset";
  /** Milliseconds of the first connection, or until it failed. */
  readonly ms: number;
  /** Milliseconds of all connections, if it was established. */
  readonly times: readonly number[];
  /** Words of the system, if it failed. */
  readonly reason?: string;
}

/** Result of the probe: an attempt per address. */
export interface ConnectSeen {
  readonly attempts: readonly ConnectAttempt[];
  /** Number of addresses that were not tried, since there are too many. */
  readonly left: number;
}
