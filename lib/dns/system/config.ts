import { type HostPort, isWindows, type Os } from "../../core/mod.ts";
import type { NameServer } from "../client/name_server.ts";

/** Where the system keeps what its resolver has to know. */
export const RESOLVER_FILE = "/etc/resolv.conf";

/** Returns the system information that tells the name servers of Windows, which has no such file. */
export function resolverSys(os?: Os): readonly string[] {
  return isWindows(os) ? ["networkInterfaces"] : [];
}

/** The environment variables that add to it. */
export const RESOLVER_VARIABLES: readonly string[] = ["LOCALDOMAIN", "RES_OPTIONS"];

/** Configuration of a resolver (resolv.conf(5)). */
export interface ResolverConfig {
  /** The servers to ask, in this order: three at most in the system's file. */
  readonly servers: readonly (HostPort | NameServer)[];
  /** Domains that are added to a name that is not absolute, in this order. */
  readonly search: readonly string[];
  /** Number of dots from which on a name is tried as it is before the search list is used. */
  readonly ndots: number;
  /** Milliseconds that a server has for one answer. */
  readonly wait: number;
  /** Number of attempts per server. */
  readonly attempts: number;
  /** Whether servers are asked over TCP at once. */
  readonly tcp: boolean;
  /** Whether queries start with a server chosen at random, to spread them over all. */
  readonly rotate: boolean;
  /** Whether IPv6 addresses are never asked for. */
  readonly noAAAA: boolean;
}
