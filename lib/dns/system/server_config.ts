import { type AddressInput, type HostPort, toAddress, UsageError } from "../../core/mod.ts";
import { DNS_PORT, type NameServer } from "../client/name_server.ts";
import type { ResolverConfig } from "./config.ts";
import { parseResolverConfig } from "./resolv_conf.ts";

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
export function serverConfig(servers: readonly (AddressInput | NameServer)[]): ResolverConfig {
  return {
    ...parseResolverConfig(""),
    servers: servers.map((server) => typeof server === "object" && "protocol" in server ? server : nameServer(server)),
  };
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
