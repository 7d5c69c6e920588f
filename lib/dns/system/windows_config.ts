import { fromSystem, ipVersion, toAddress } from "../../core/mod.ts";
import { systemServers } from "../../deps/node/system_lookup.ts";
import { DNS_PORT } from "../client/name_server.ts";
import type { ResolverConfig } from "./config.ts";
import { parseResolverConfig } from "./resolv_conf.ts";

/** Addresses that Windows lists where no IPv6 server is configured (`fec0:0:0:ffff::1` to `::3`); nothing answers there. */
const PLACEHOLDER = /^fec0:0:0:ffff::[123](?:%|$)/i;
const MAX_SERVERS = 3;

/**
 * Returns the configuration of a system without a `resolv.conf`: the servers of its network adapters, in the order of the runtime,
 * which reads them as the programs of the system do. It has no search list, which the runtime does not tell, and the other settings
 * are those of an empty file. Undefined without servers, or where this run lacks the permission: then the runtime's own resolver is
 * asked.
 */
export function windowsConfig(list: () => readonly string[] = systemServers): ResolverConfig | undefined {
  let found: readonly string[];
  try {
    found = list();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw fromSystem(error, { doing: "read", what: "the name servers of the system" });
  }
  const servers = [...new Set(found)].filter((text) => !PLACEHOLDER.test(text)).flatMap((text) => {
    const address = toAddress(ipVersion(text) === 6 ? `[${text}]:${DNS_PORT}` : text, { port: DNS_PORT });
    return address.transport === "ip" ? [address] : [];
  });
  if (servers.length === 0) return undefined;
  return { ...parseResolverConfig(""), servers: servers.slice(0, MAX_SERVERS) };
}
