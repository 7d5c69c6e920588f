import { raceSignal } from "../deadline.ts";
import { ipVersion } from "../ip.ts";
import { nodeTls } from "./node_client.ts";
import { pinnedTls, type Secured } from "./pin.ts";

/** How the server of a TLS connection is trusted. Without options: the usual authorities, and the name. */
export interface TlsOptions {
  /** Authorities to trust as well, as PEM. */
  readonly caCerts?: readonly string[];
  /** The pin of the server's key, which stands instead of authorities and name. */
  readonly pin?: string;
  /** Whether anybody is trusted. */
  readonly insecure?: boolean;
  /** The name asked for and checked, when it is not the host's. */
  readonly serverName?: string;
  /** The protocols offered (RFC 7301). */
  readonly alpn?: readonly string[];
}

/** Where the connection beneath comes from. */
export interface TlsTarget {
  /** The host as the caller named it. */
  readonly host: string;
  /** The peer as errors name it. */
  readonly peer: string;
  /** Opens a connection; with a pin it is called twice. */
  readonly open: () => Promise<Deno.TcpConn>;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** Opens a connection and makes it a TLS one; nothing but handshakes is sent before the server has proved itself. */
export async function tlsClient(target: TlsTarget, options: TlsOptions): Promise<Secured> {
  const { signal } = target;
  const name = options.serverName ?? target.host;
  const alpn = options.alpn;
  const serverName = ipVersion(name) ? undefined : name;
  if (options.pin !== undefined) {
    return await pinnedTls({ pin: options.pin, open: target.open, peer: target.peer, serverName, alpn, signal });
  }
  if (options.insecure) {
    const transport = await nodeTls(await target.open(), { serverName, alpn, signal, trustAnything: true });
    const { alpnProtocol } = transport.socket;
    return { transport, security: { verified: "nothing", alpn: alpnProtocol || undefined } };
  }
  const transport = await Deno.startTls(await target.open(), {
    hostname: name,
    caCerts: options.caCerts && [...options.caCerts],
    alpnProtocols: alpn && [...alpn],
  });
  try {
    const { alpnProtocol } = await raceSignal(transport.handshake(), signal);
    return { transport, security: { verified: "authority", alpn: alpnProtocol ?? undefined } };
  } catch (error) {
    transport.close();
    throw error;
  }
}
