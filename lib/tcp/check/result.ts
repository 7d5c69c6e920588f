import type { ToucanError } from "../../core/mod.ts";

/** Result of an attempt to connect. */
export type PortState =
  /** The connection was established, and closed again. */
  | "open"
  /** The host refused the connection. */
  | "refused"
  /** There was no answer in time. */
  | "filtered"
  /** There is no route to the host. */
  | "unreachable"
  /** The name has no address, or the interface of the address does not exist. */
  | "not-found"
  /** Any other error: see `error`. */
  | "failed";

/** Result for one address of a host. */
export interface AddressCheck {
  /** Address, without brackets. */
  readonly address: string;
  /** Result of the attempt. */
  readonly state: PortState;
  /** Milliseconds until the result was known. */
  readonly ms: number;
  /** Error, if it is not open. */
  readonly error?: ToucanError;
}

/** Result for a port. */
export interface PortCheck {
  /** Host as given. */
  readonly host: string;
  /** Port number. */
  readonly port: number;
  /** Registered service name of the port, if it is a common one. */
  readonly service?: string;
  /** Best state of the addresses: open before refused, filtered, unreachable, not-found and failed. */
  readonly state: PortState;
  /** First address with that state. */
  readonly address?: string;
  /** Milliseconds to connect to it; without an address, of the lookup. */
  readonly ms: number;
  /** Results for each address of the host. */
  readonly addresses: readonly AddressCheck[];
  /** Error, if the port is not open. */
  readonly error?: ToucanError;
}
