import {
  type DialOptions,
  type HostAddress,
  type HostPort,
  ipVersion,
  lookup,
  NetworkError,
  ruledAddresses,
  ruledTarget,
} from "../../../core/mod.ts";

/** Way to a server: IP version, proxy, rules for names. */
export type Route = Pick<DialOptions, "family" | "proxy" | "resolve" | "connectTo">;

/**
 * Returns the way to a server: one that is given by its address has that address, whatever its IP version. Rules are for it only if
 * they name it: those for any host are meant for what is looked up.
 */
export function routeTo({ host }: Pick<HostPort, "host">, route: Route | undefined): Route | undefined {
  if (!route) return undefined;
  const { family, resolve, connectTo } = route;
  return {
    ...route,
    family: ipVersion(host) ? undefined : family,
    resolve: resolve?.filter((rule) => rule.host !== "*"),
    connectTo: connectTo?.filter((rule) => rule.host !== undefined),
  };
}

/**
 * Returns the addresses of a server that is asked without TLS, by the rules of a route or the lookup of the system.
 *
 * @throws {NetworkError} `name-not-found`.
 */
export async function serverAddressesOf<Server extends Pick<HostPort, "host" | "port">>(
  server: Server,
  given: Route | undefined,
  signal?: AbortSignal,
): Promise<Server[]> {
  const { family, resolve, connectTo } = routeTo(server, given) ?? {};
  const named = { transport: "ip", host: server.host, port: server.port } as const;
  const { host, port } = ruledTarget(named, connectTo) ?? named;
  const ruled = ruledAddresses({ transport: "ip", host, port }, resolve);
  const addresses = ruled ? ofFamily(ruled, host, family) : await lookup(host, { family, signal });
  return addresses.map(({ address }) => ({ ...server, host: address, port }));
}

function ofFamily(ruled: readonly HostAddress[], host: string, family?: 4 | 6): HostAddress[] {
  const found = ruled.filter((address) => family === undefined || address.family === family);
  if (found.length > 0) return found;
  const message = `cannot look up ${host}: the rule has no IPv${family} address`;
  throw new NetworkError(message, { code: "name-not-found", operation: "resolve", peer: host });
}
