import { connect, type ConnectionOptions } from "../../../deps/node/tls.ts";
import { raceSignal } from "../../time/deadline.ts";
import { networkCall } from "../../errors/network_call.ts";
import { NodeTlsSocket } from "./node_socket.ts";
import { RawStream } from "./raw_stream.ts";

/**
 * Whether this runtime's `node:tls` runs on a stream of ours, half-closes, and verifies that the server has the key of the
 * certificate that it presents (within the bounds of `provable.ts`): from Deno 2.8 on.
 */
export const NODE_TLS_PROVES_KEYS: boolean = !/^2\.[0-7]\./.test(Deno.version.deno);

/** How {@link nodeTls} connects. */
export interface NodeTlsOptions {
  /** The name sent to the server (SNI); none for an address. */
  readonly sni?: string;
  /** Certificate authorities to trust beside the usual ones, as PEM. */
  readonly ca?: readonly string[];
  /** The certificate of the client, as PEM. */
  readonly clientCertificate?: ClientCertificate;
  /** The protocols offered (RFC 7301). */
  readonly alpn?: readonly string[];
  /** Ends the handshake early. */
  readonly signal: AbortSignal;
}

/** The certificate with which a client authenticates (RFC 8446 §4.4.2). */
export interface ClientCertificate {
  /** The certificate, or the chain with the client's own first, as PEM. */
  readonly cert: string;
  /** Its private key, as PEM. */
  readonly key: string;
}

/**
 * Does the TLS handshake by `node:tls` on a connection, and returns when it is done, whatever the certificate: what is
 * wrong with that, `socket.authorizationError` says. Closes the connection when the handshake fails.
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

/** What `connect` takes; the option about half-open connections is its streams' own. */
type Settings = ConnectionOptions & { readonly allowHalfOpen: boolean };

function settings({ sni, ca, clientCertificate, alpn }: NodeTlsOptions): Settings {
  return {
    allowHalfOpen: true,
    servername: sni ?? "",
    rejectUnauthorized: false,
    ca: ca && [...ca],
    ...clientCertificate,
    ALPNProtocols: alpn && [...alpn],
    // Names are checked by `verify.ts`, against what the caller asked for.
    checkServerIdentity: () => undefined,
  };
}
