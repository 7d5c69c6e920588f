import { type Address, type HostPort, isBelow, lookup, plainIP, type WaitOptions } from "../../core/mod.ts";

/** Options of {@link findTarget}; `timeout` limits the lookup of the name. */
export interface TargetOptions extends WaitOptions {
  /** IP version; restricts the addresses of the name. */
  readonly family?: 4 | 6;
}

/**
 * Returns the address to send to: of a name, the first that the system returns. Addresses cannot be raced, since the sender of a
 * datagram does not learn whether it arrived. `localhost` is IPv4, since servers listen there by default.
 */
export async function findTarget(address: Address, options: TargetOptions = {}): Promise<Address> {
  if (address.transport === "unix") return address;
  const found = await lookup(address.host, options);
  const preferred = isBelow(address.host, "localhost") ? found.find(({ family }) => family === 4) : undefined;
  const host = plainIP((preferred ?? found[0])?.address ?? address.host);
  // The zone of a link-local address is part of its destination.
  const zone = /%.*$/.exec(address.host)?.[0] ?? "";
  return { transport: "ip", host: host + zone, port: address.port } satisfies HostPort;
}
