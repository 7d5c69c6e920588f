import { formatAddress, formatNetAddress, type HostPort } from "../address/address.ts";
import { networkCall } from "../errors/network_call.ts";
import { fromSystem } from "../errors/system_error.ts";
import { Connection } from "./connection.ts";

/**
 * Connects over TCP to an IP address, as `dial` does, but in a fraction of its time: for protocols that open a connection for each
 * file. The caller limits the time.
 *
 * Permissions: `--allow-net=ADDRESS:PORT`.
 */
export async function dialAddress(address: HostPort, signal: AbortSignal): Promise<Connection> {
  const { host: hostname, port } = address;
  const peer = formatAddress(address);
  signal.throwIfAborted();
  try {
    const conn = await networkCall(() => Deno.connect({ hostname, port, signal }), signal);
    const { localAddr, remoteAddr } = conn;
    return new Connection(conn, { peer, local: formatNetAddress(localAddr), remote: formatNetAddress(remoteAddr) });
  } catch (error) {
    throw signal.aborted ? signal.reason : fromSystem(error, { doing: "connect to", what: peer });
  }
}
