import { type AddressInput, type HostPort, toAddress, UsageError } from "../../core/mod.ts";
import { parseResolverConfig } from "./resolv_conf.ts";

/** Where the system keeps what its resolver has to know. */
export const RESOLVER_FILE = "/etc/resolv.conf";

/** The environment variables that add to it. */
export const RESOLVER_VARIABLES: readonly string[] = ["LOCALDOMAIN", "RES_OPTIONS"];

/** The port of name servers. */
export const DNS_PORT = 53;

/** Configuration of a resolver (resolv.conf(5)). */
export interface ResolverConfig {
  /** The servers to ask, in this order: three at most. */
  readonly servers: readonly HostPort[];
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

/**
 * Returns the configuration for given servers: names are looked up as they are.
 *
 * @param servers The servers, by address; the port is 53 unless given.
 * @returns The configuration.
 * @example Query a given server
 * ```ts
 * import { serverConfig } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(serverConfig(["192.0.2.53"]).servers.length, 1);
 * ```
 */
export function serverConfig(servers: readonly AddressInput[]): ResolverConfig {
  return { ...parseResolverConfig(""), servers: servers.map(nameServer) };
}

/**
 * The address of a name server; its port is 53 where none is given.
 *
 * @throws {UsageError} For a unix socket.
 */
export function nameServer(input: AddressInput): HostPort {
  const address = toAddress(input, { port: DNS_PORT });
  if (address.transport === "ip") return address;
  throw new UsageError(`invalid name server "${address.path}": must be HOST or HOST:PORT`);
}
