import { raceSignal } from "../../time/deadline.ts";
import { networkCall } from "../../errors/network_call.ts";
import type { Security } from "../../dial/connection.ts";
import type { Secured, TlsTarget } from "./target.ts";

/** Options of {@link startTls}. */
export interface StartOptions {
  /** Server name to send and verify. */
  readonly name: string;
  /** Certificate authorities to trust in addition to the usual ones, as PEM. */
  readonly caCerts?: readonly string[];
  /** Application protocols to offer. */
  readonly alpn?: readonly string[];
  /** Security that a handshake with this name and these authorities proves. */
  readonly verified: Security["verified"];
}

/**
 * Sends small writes at once, of which the second would else wait for the acknowledgement of the first; a TLS connection of the
 * runtime has no such setting.
 */
function sendAtOnce(conn: Deno.TcpConn): void {
  try {
    conn.setNoDelay(true);
  } catch {
    // Some systems reject it for a connection that the peer has closed, which the handshake then reports.
  }
}

/** Opens a connection and starts TLS by Deno's own client; returns when the handshake is done. */
export async function startTls(target: TlsTarget, options: StartOptions): Promise<Secured> {
  const conn = await target.open();
  sendAtOnce(conn);
  const transport = await networkCall(() =>
    Deno.startTls(conn, {
      hostname: options.name,
      caCerts: options.caCerts && [...options.caCerts],
      alpnProtocols: options.alpn && [...options.alpn],
    })
  );
  try {
    const { alpnProtocol } = await target.handshake((signal) =>
      raceSignal(networkCall(() => transport.handshake()), signal)
    );
    return { transport, security: { verified: options.verified, alpn: alpnProtocol ?? undefined } };
  } catch (error) {
    transport.close();
    throw error;
  }
}
