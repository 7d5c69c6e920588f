import { Deadline, type HostPort, type WaitOptions } from "../../core/mod.ts";
import { DnsConnections, type TlsSettings } from "../client/connections/dns_connections.ts";
import type { NameServer } from "../client/name_server.ts";
import { Resolver } from "../client/resolver.ts";
import type { ResourceRecord } from "../codec/record.ts";
import { serverConfig } from "../system/server_config.ts";
import { type NamedServer, namedServers, rootServersOf } from "./root_hints.ts";

/** Options of {@link primeRoot}; `timeout` is total. */
export interface PrimeRootOptions extends WaitOptions {
  /** Servers to query, recursive ones or servers of the root zone. */
  readonly servers: readonly (HostPort | NameServer)[];
  /** Sends the queries over TCP. @default false */
  readonly tcp?: boolean;
  /** Verification of the servers of encrypted connections. */
  readonly tls?: TlsSettings;
}

/** Maximum number of root servers whose addresses are looked up. */
const MAX_SERVERS = 13;

/**
 * Queries servers for the servers of the root zone and their addresses (RFC 8109).
 *
 * @throws {UsageError} `invalid-root-hints` when no root server has an address there.
 */
export async function primeRoot(options: PrimeRootOptions): Promise<NamedServer[]> {
  const { servers, tcp = false, tls } = options;
  using deadline = new Deadline(options, "query the servers of the root", "resolve");
  await using connections = new DnsConnections({ tls });
  const resolver = new Resolver({ ...serverConfig(servers), tcp }, { connections });
  const ask = async (name: string, type: string) => (await resolver.query(name, type, deadline)).message;
  const { answers, additionals } = await ask(".", "NS");
  const records: ResourceRecord[] = [...answers, ...additionals];
  for (const { name, addresses } of namedServers(answers, additionals).slice(0, MAX_SERVERS)) {
    if (addresses.length === 0) records.push(...(await ask(name, "A")).answers);
  }
  return rootServersOf(records);
}
