import { ipVersion, ToucanError, UsageError } from "../../core/mod.ts";
import type { Group } from "./group.ts";
import { type DatagramSocket, failure } from "./socket.ts";

/** Joins a multicast group (IGMP, MLD). */
export async function joinGroup(socket: DatagramSocket, { group, interface: at }: Group): Promise<void> {
  try {
    if (ipVersion(group) === 4) await socket.multicast.joinMulticastV4(group, at ?? "0.0.0.0");
    else await socket.multicast.joinMulticastV6(group, Number(at ?? 0));
  } catch (error) {
    const known = failure(error, "join", { transport: "ip", host: group, port: 0 });
    // ENODEV for a missing interface, which has no code of its own in some runtimes; else EINVAL.
    if (
      !(known instanceof ToucanError) || !["no-such-device", "system-error", "invalid-address"].includes(known.code)
    ) throw known;
    throw new UsageError(
      `cannot join ${group}: no such network interface${at === undefined ? "" : ` ${at}`}`,
      {
        code: "no-such-interface",
        operation: "join",
        cause: error,
      },
    );
  }
}
