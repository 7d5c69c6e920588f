import { type NameServer, readResolverConfig, type ResolverConfig, serverConfig } from "../../dns/internal.ts";
import type { ProbeContext } from "../probe/probe.ts";

/** Milliseconds after which a name server that has not answered counts as silent; programs wait 5 s for each. */
const MAX_WAIT_MS = 3000;

/**
 * Returns how this machine looks names up, or the servers given for the check; undefined where the permission for the system's
 * file is missing, or it cannot be read.
 */
export async function resolverConfig({ servers, signal }: ProbeContext): Promise<ResolverConfig | undefined> {
  if (servers) return serverConfig(servers);
  try {
    return await readResolverConfig(undefined, signal);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Returns the configuration to ask one server twice, so that a lost datagram does not count. */
export function oneServer(config: ResolverConfig, server: ResolverConfig["servers"][number], timeout: number) {
  const limit = Math.min(timeout, MAX_WAIT_MS);
  return { config: { ...config, servers: [server], search: [], attempts: 2, wait: limit / 2 }, limit };
}

/** Returns the configuration for given servers, of which one that is silent leaves the others their time. */
export function givenServers(servers: readonly NameServer[], timeout: number): ResolverConfig {
  return { ...serverConfig(servers), attempts: 1, wait: Math.min(timeout, MAX_WAIT_MS) / (servers.length + 1) };
}

/** Returns how many of some servers answer, in words. */
export function resolverCount(answering: number, all: number): string {
  if (answering < all) return `${answering} of ${all} resolvers answer${answering === 1 ? "s" : ""}`;
  return `${all} resolver${all === 1 ? "" : "s"}`;
}
