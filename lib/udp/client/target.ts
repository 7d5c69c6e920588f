import { type Address, type HostPort, isBelow, lookup, type WaitOptions } from "../../core/mod.ts";
import { plainIP } from "../socket/peer.ts";

/** How an address is found; `timeout` is for looking its name up. */
export interface TargetOptions extends WaitOptions {
  /** Only addresses of this family. */
  readonly family?: 4 | 6;
}

/**
 * The one address that a name stands for: the first that the system gives. A datagram tells nobody whether it has
 * arrived, so addresses cannot be raced; `localhost` is IPv4, since that is where servers listen by default.
 */
export async function findTarget(address: Address, options: TargetOptions = {}): Promise<Address> {
  if (address.transport === "unix") return address;
  const found = await lookup(address.host, options);
  const preferred = isBelow(address.host, "localhost") ? found.find(({ family }) => family === 4) : undefined;
  const host = plainIP((preferred ?? found[0])?.address ?? address.host);
  // The zone of a link-local address is part of where it leads.
  const zone = /%.*$/.exec(address.host)?.[0] ?? "";
  return { transport: "ip", host: host + zone, port: address.port } satisfies HostPort;
}
