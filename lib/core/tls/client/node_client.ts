import { connect, type ConnectionOptions } from "../../../deps/node/tls.ts";
import { raceSignal } from "../../time/deadline.ts";
import { networkCall } from "../../errors/network_call.ts";
import { NodeTlsSocket } from "./node_socket.ts";
import { RawStream } from "./raw_stream.ts";

/**
 * Whether this runtime's `node:tls` runs on a stream of this library, half-closes, and verifies that the server has the key of the
 * certificate that it presents (within the limits of `provable.ts`): since Deno 2.8.
 */
export const NODE_TLS_PROVES_KEYS: boolean = !/^2\.[0-7]\./.test(Deno.version.deno);

/** Options of {@link nodeTls}. */
export interface NodeTlsOptions {
  /** Server name to send (SNI); none for an address. */
  readonly sni?: string;
  /** Certificate authorities to trust in addition to the usual ones, as PEM. */
  readonly ca?: readonly string[];
  /** Certificate of the client, as PEM. */
  readonly clientCertificate?: ClientCertificate;
  /** Application protocols to offer (RFC 7301). */
  readonly alpn?: readonly string[];
  /** Cancels the handshake. */
  readonly signal: AbortSignal;
}

/** Client certificate for authentication (RFC 8446 §4.4.2). */
export interface ClientCertificate {
  /** Certificate, or the chain with the client's own first, as PEM. */
  readonly cert: string;
  /** Its private key, as PEM. */
  readonly key: string;
}

/**
 * Does the TLS handshake by `node:tls` on a connection, and returns when it is done, with any certificate: the fault
 * of that is in `socket.authorizationError`. Closes the connection when the handshake fails.
 */
export async function nodeTls(conn: Deno.Conn, options: NodeTlsOptions): Promise<NodeTlsSocket> {
  const { signal } = options;
  const raw = new RawStream(conn);
  const socket = connect({ ...settings(options), socket: raw });
  const transport = new NodeTlsSocket(socket, {
    flushed: () => raw.flushed(),
    closeWrite: () => raw.closeWrite(),
    close: () => raw.destroy(),
    get peerEnded() {
      return raw.peerEnded;
    },
    want: (more) => void (raw.wanted = more),
  });
  const secured = Promise.withResolvers<void>();
  socket.once("secureConnect", secured.resolve);
  socket.once("error", secured.reject);
  socket.once("close", () => secured.reject(new Deno.errors.ConnectionReset("Connection reset by peer")));
  try {
    await raceSignal(networkCall(() => secured.promise, signal), signal);
    raw.wanted = false;
    return transport;
  } catch (error) {
    transport.close();
    throw error;
  }
}

/** Options of `connect`, with the one of its streams about half-open connections. */
type Settings = ConnectionOptions & { readonly allowHalfOpen: boolean };

function settings({ sni, ca, clientCertificate, alpn }: NodeTlsOptions): Settings {
  return {
    allowHalfOpen: true,
    servername: sni ?? "",
    rejectUnauthorized: false,
    ca: ca && [...ca],
    ...clientCertificate,
    ALPNProtocols: alpn && [...alpn],
    // Names are verified by `verified_client.ts`, against those of the caller.
    checkServerIdentity: () => undefined,
  };
}
