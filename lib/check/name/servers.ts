import { type NameServer, readResolverConfig, type ResolverConfig, serverConfig } from "../../dns/internal.ts";
import { toToucanError } from "../../core/mod.ts";
import type { ProbeContext } from "../probe/probe.ts";
import { cut } from "../words/cut.ts";

/** Milliseconds after which a name server that has not answered counts as silent; programs wait 5 s for each. */
const MAX_WAIT_MS = 3000;

/** Configuration of the lookups of this machine, as far as it is known. */
export interface ConfigSeen {
  /** The configuration; undefined where the permission for the system's file is missing, or it cannot be read. */
  readonly config?: ResolverConfig;
  /** Reason why the file cannot be read, although that is permitted. */
  readonly problem?: string;
}

/** Returns how this machine looks names up, or the servers given for the check. */
export async function resolverConfig({ servers, signal }: ProbeContext): Promise<ConfigSeen> {
  if (servers) return { config: serverConfig(servers) };
  try {
    const config = await readResolverConfig(undefined, signal);
    return config ? { config } : {};
  } catch (error) {
    signal.throwIfAborted();
    return { problem: cut(toToucanError(error).message) };
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
