import { isLocalHost, isLoopback, isUnspecified, plainIP, UsageError } from "../../../core/mod.ts";
import { formatNameServer, type NameServer, nameServerAt } from "../../client/name_server.ts";
import { readResolverConfig } from "../../system/resolver_file.ts";

/** An address that this server listens on. */
export interface OwnAddress {
  /** IP address. */
  readonly hostname: string;
  /** Port. */
  readonly port: number;
}

/**
 * Returns the name servers of the system without those that are addresses of this server, to which its queries would come
 * back.
 *
 * Permissions: those of {@link readResolverConfig}.
 *
 * @throws {UsageError} `no-name-server` when none is left, or the system's servers cannot be told.
 */
export async function systemNameServers(own: readonly OwnAddress[]): Promise<readonly NameServer[]> {
  const config = await readResolverConfig();
  if (!config) {
    throw new UsageError("cannot forward to the system's name servers: they cannot be read", {
      code: "no-name-server",
    });
  }
  const all = config.servers.map((server) => "protocol" in server ? server : nameServerAt(server, config.tcp));
  const others = all.filter((server) => !isOwn(server, own));
  if (others.length > 0) return others;
  throw new UsageError(
    `cannot forward to the system's name servers: ${all.map(formatNameServer).join(", ")} is this server`,
    { code: "no-name-server" },
  );
}

/**
 * Checks that no name server is an address of this server.
 *
 * @throws {UsageError} `forwarding-loop`.
 */
export function checkNoLoop(servers: readonly NameServer[], own: readonly OwnAddress[]): void {
  for (const server of servers) {
    if (!isOwn(server, own)) continue;
    const shown = formatNameServer(server);
    throw new UsageError(`cannot forward to ${shown}: it is an address of this server`, { code: "forwarding-loop" });
  }
}

function isOwn({ host: written, port }: NameServer, own: readonly OwnAddress[]): boolean {
  const host = plainIP(written).toLowerCase();
  return own.some((address) => {
    if (address.port !== port) return false;
    if (plainIP(address.hostname).toLowerCase() === host) return true;
    // A server on the wildcard address has all addresses of the machine, of which loopback is known.
    if (isUnspecified(address.hostname)) return isLocalHost(host) || isUnspecified(host);
    return isLoopback(address.hostname) && (host === "localhost" || isUnspecified(host));
  });
}

/**
 * Whether the path to a name server is protected against changes: it is on this machine, or asked over an
 * encrypted connection whose certificate is verified.
 */
export function isProtected({ protocol, host }: NameServer, insecure: boolean = false): boolean {
  return isLocalHost(host) || (!insecure && (protocol === "tls" || protocol === "https"));
}
