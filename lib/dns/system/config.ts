import { type AddressInput, type HostPort, toAddress, UsageError } from "../../core/mod.ts";
import { parseResolverConfig } from "./resolv_conf.ts";

/** Where the system keeps what its resolver has to know. */
export const RESOLVER_FILE = "/etc/resolv.conf";

/** The environment variables that add to it. */
export const RESOLVER_VARIABLES: readonly string[] = ["LOCALDOMAIN", "RES_OPTIONS"];

/** The port of name servers. */
export const DNS_PORT = 53;

/** How names are looked up on a machine (resolv.conf(5)). */
export interface ResolverConfig {
  /** The servers to ask, in this order: three at most. */
  readonly servers: readonly HostPort[];
  /** Domains that are added to a name that is not absolute, in this order. */
  readonly search: readonly string[];
  /** How many dots a name has to have to be tried as it is before the domains are added. */
  readonly ndots: number;
  /** Milliseconds that a server has for one answer. */
  readonly wait: number;
  /** How often each server is asked before it is given up. */
  readonly attempts: number;
  /** Whether servers are asked over TCP at once. */
  readonly tcp: boolean;
  /** Whether queries start with a server chosen at random, to spread them over all. */
  readonly rotate: boolean;
  /** Whether IPv6 addresses are never asked for. */
  readonly noAAAA: boolean;
}

/** How names are looked up when a server is named: at that server, as they are. */
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
