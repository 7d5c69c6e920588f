import { formatAddress, formatNetAddress, type HostPort } from "../address/address.ts";
import { TimeoutError } from "../errors/errors.ts";
import { fromSystem } from "../errors/system_error.ts";
import { Deadline } from "../time/deadline.ts";
import { connectHost, connectTcp } from "./connect_host.ts";
import { Connection } from "./connection.ts";
import type { DialOptions } from "./options.ts";
import { stepLimit } from "./step.ts";

/**
 * Connects over TCP as `dial` does, without a proxy and without TLS: a tool that needs neither, such as `resolve`,
 * comes without the code of certificates.
 *
 * Permissions: `--allow-net=HOST:PORT`.
 */
export async function dialDirect(
  address: HostPort,
  options: Pick<DialOptions, "signal" | "timeout" | "family" | "resolve"> = {},
): Promise<Connection> {
  const peer = formatAddress(address);
  using deadline = new Deadline(options, `connect to ${peer}`, "connect");
  try {
    const conn = await connectHost({ address, peer, options, deadline, limit: stepLimit(options) }, connectTcp);
    return new Connection(conn, {
      peer,
      local: formatNetAddress(conn.localAddr),
      remote: formatNetAddress(conn.remoteAddr),
    });
  } catch (error) {
    throw dialError(error, deadline, peer);
  }
}

/** Returns the error of a connection that was not established. */
export function dialError(error: unknown, { signal }: Deadline, peer: string): unknown {
  // The error of a timeout has more than the signal's reason: the addresses that were tried.
  const late = error instanceof TimeoutError && signal.reason instanceof TimeoutError;
  return signal.aborted && !late ? signal.reason : fromSystem(error, { doing: "connect to", what: peer });
}
