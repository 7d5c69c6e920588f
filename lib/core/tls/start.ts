import { raceSignal } from "../deadline.ts";
import type { Security, Transport } from "../dial/connection.ts";
import type { LookTarget } from "./look.ts";

/** Where the connection beneath TLS comes from. */
export interface TlsTarget extends LookTarget {
  /** The host as the caller named it. */
  readonly host: string;
}

/** A transport whose peer has proved itself. */
export interface Secured {
  /** Carries the bytes. */
  readonly transport: Transport;
  /** What was proved, and how. */
  readonly security: Security;
}

/** How {@link startTls} trusts. */
export interface StartOptions {
  /** The name asked for and checked. */
  readonly name: string;
  /** Authorities to trust as well, as PEM. */
  readonly caCerts?: readonly string[];
  /** The protocols offered. */
  readonly alpn?: readonly string[];
  /** What a handshake under this name and these authorities proves. */
  readonly verified: Security["verified"];
}

/** Opens a connection and makes it a TLS one by Deno's own client; it is handed out when the handshake is done. */
export async function startTls(target: TlsTarget, options: StartOptions): Promise<Secured> {
  const transport = await Deno.startTls(await target.open(), {
    hostname: options.name,
    caCerts: options.caCerts && [...options.caCerts],
    alpnProtocols: options.alpn && [...options.alpn],
  });
  try {
    const { alpnProtocol } = await raceSignal(transport.handshake(), target.signal);
    return { transport, security: { verified: options.verified, alpn: alpnProtocol ?? undefined } };
  } catch (error) {
    transport.close();
    throw error;
  }
}
