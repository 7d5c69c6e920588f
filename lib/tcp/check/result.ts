import type { ToucanError } from "../../core/mod.ts";

/** What became of an attempt to connect. */
export type PortState =
  /** The connection was made, and closed again. */
  | "open"
  /** The host has refused it. */
  | "refused"
  /** There was no answer in time. */
  | "filtered"
  /** There is no route to the host. */
  | "unreachable"
  /** The name has no address, or the interface of the address does not exist. */
  | "not-found"
  /** Anything else: see the error. */
  | "failed";

/** What became of one address of a host. */
export interface AddressCheck {
  /** The address, without brackets. */
  readonly address: string;
  /** What became of it. */
  readonly state: PortState;
  /** Milliseconds until that was known. */
  readonly ms: number;
  /** Why it is not open. */
  readonly error?: ToucanError;
}

/** What is known of a port. */
export interface PortCheck {
  /** The host as it was given. */
  readonly host: string;
  /** The port. */
  readonly port: number;
  /** The service that the port is registered for, where it is a common one. */
  readonly service?: string;
  /** The best of its addresses' states: open before refused, filtered, unreachable, not-found and failed. */
  readonly state: PortState;
  /** The first address with that state. */
  readonly address?: string;
  /** Milliseconds that connecting to it took; without an address, the lookup. */
  readonly ms: number;
  /** Each address of the host. */
  readonly addresses: readonly AddressCheck[];
  /** Why the port is not open. */
  readonly error?: ToucanError;
}
