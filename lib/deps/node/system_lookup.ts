/**
 * The system's own name lookup (getaddrinfo, getnameinfo), which knows the hosts file, nsswitch and the search list. Deno has no
 * function of its own for it.
 * Permissions at load: none; a call needs net, `systemServers` sys (`networkInterfaces`). Licence: MIT (part of Deno).
 * @module
 */
import { getServers, lookup, lookupService } from "node:dns";

/** Address as the system returns it. */
export interface SystemAddress {
  address: string;
  family: number;
}

/**
 * Asks the system for the addresses of a name, of both families (0) or one, in the order of `getaddrinfo` (RFC 6724).
 * Rejects with an error that has a `code`.
 */
export function systemLookup(name: string, family: 0 | 4 | 6): Promise<SystemAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(
      name,
      { all: true, family, order: "verbatim" },
      (error, addresses) => error ? reject(error) : resolve(addresses),
    );
  });
}

/** Looks up the name of an address. Rejects with an error that has a `code`. */
export function systemReverse(address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    lookupService(address, 0, (error, name) => error ? reject(error) : resolve(name));
  });
}

/** Returns the addresses of the name servers of the system, with their ports where these are not 53. */
export function systemServers(): string[] {
  return getServers();
}
