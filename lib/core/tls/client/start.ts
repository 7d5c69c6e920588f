import { raceSignal } from "../../time/deadline.ts";
import { networkCall } from "../../errors/network_call.ts";
import type { Security } from "../../dial/connection.ts";
import type { Secured, TlsTarget } from "./target.ts";

/** How {@link startTls} trusts. */
export interface StartOptions {
  /** The name asked for and checked. */
  readonly name: string;
  /** Certificate authorities to trust beside the usual ones, as PEM. */
  readonly caCerts?: readonly string[];
  /** The protocols offered. */
  readonly alpn?: readonly string[];
  /** What a handshake under this name and these authorities proves. */
  readonly verified: Security["verified"];
}

/** Opens a connection and makes it a TLS one by Deno's own client; it is handed out when the handshake is done. */
export async function startTls(target: TlsTarget, options: StartOptions): Promise<Secured> {
  const conn = await target.open();
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
