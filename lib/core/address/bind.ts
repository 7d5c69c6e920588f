import { formatAddress, type HostPort } from "./address.ts";
import { asciiHostName } from "./host_name.ts";
import { ipVersion } from "./ip.ts";
import { isWindows, type Os } from "../system/os.ts";
import { networkCall } from "../errors/network_call.ts";
import { fromSystem } from "../errors/system_error.ts";

/** Host that means all addresses of this machine. */
const ANY_HOST = "*";

/**
 * Returns the host to bind for a host to listen on: for `*` the address that stands for all of this machine, of one family or,
 * where the machine has IPv6 and the system binds `::` for both (Windows does not), of both; for others the form that goes over the wire.
 *
 * @throws {UsageError} `invalid-name` for a text that cannot be a host.
 */
export function hostToBind(host: string, family?: 4 | 6, os?: Os): string {
  if (host === ANY_HOST) return family === 4 || (family === undefined && !hasBoth(os)) ? "0.0.0.0" : "::";
  return ipVersion(host) ? host : asciiHostName(host);
}

/**
 * Binds a TCP listener to an address.
 *
 * @throws {SystemError} `address-in-use`, `permission-denied` and the like.
 * @throws {UsageError} `invalid-name` for a text that cannot be a host.
 */
export function bindTcp(address: HostPort): Deno.TcpListener {
  const hostname = hostToBind(address.host);
  try {
    return networkCall(() => Deno.listen({ hostname, port: address.port }));
  } catch (error) {
    throw fromSystem(error, { doing: "listen on", what: formatAddress(address) });
  }
}

/** Returns whether a socket on `::` accepts IPv4 too. On Windows it is for IPv6 alone, and the runtime has no option for that. */
function hasBoth(os?: Os): boolean {
  return !isWindows(os) && hasIPv6();
}

/** Returns whether a socket of this machine can have an IPv6 address; true where the sandbox does not let us try. */
function hasIPv6(): boolean {
  try {
    Deno.listen({ hostname: "::", port: 0 }).close();
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotCapable;
  }
}
