import { connect, type ConnectionOptions, type TLSSocket } from "../../../../deps/node/tls.ts";
import { raceSignal } from "../../../time/deadline.ts";
import { closeQuietly } from "../../../dial/connection.ts";
import { networkCall } from "../../../errors/network_call.ts";
import { NodeTlsSocket } from "../node_socket.ts";
import { Splice } from "../../splice/splice.ts";

/** Maximum number of bytes on their way over loopback when a write resolves. */
const WINDOW_BYTES = 256 * 1024;

/** Options of {@link nodeTls}. */
export interface SplicedTlsOptions {
  /** Server name to send (SNI); none for an address. */
  readonly sni?: string;
  /** Certificate authorities to trust, as PEM, instead of the usual ones. */
  readonly ca?: readonly string[];
  /** Whether to accept any certificate. */
  readonly trustAnything?: boolean;
  /** Application protocols to offer (RFC 7301). */
  readonly alpn?: readonly string[];
  /** Cancels the handshake. */
  readonly signal: AbortSignal;
}

/**
 * Connects a TLS client of `node:tls` through an existing connection. Deno 2.7 cannot use one, so it connects to a listener on
 * loopback that relays the bytes; any other client of that listener is rejected.
 */
export async function nodeTls(conn: Deno.Conn, options: SplicedTlsOptions): Promise<NodeTlsSocket> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { sni, ca, trustAnything = false, alpn, signal } = options;
  const settings: ConnectionOptions & { allowHalfOpen: boolean } = {
    allowHalfOpen: true,
    host: "127.0.0.1",
    port: listener.addr.port,
    servername: sni ?? "",
    rejectUnauthorized: !trustAnything,
    ca: ca && [...ca],
    ALPNProtocols: alpn && [...alpn],
    // The name is not verified here: a pin is.
    checkServerIdentity: () => undefined,
  };
  const socket = connect(settings);
  const secured = Promise.withResolvers<void>();
  const connected = Promise.withResolvers<void>();
  socket.once("connect", () => connected.resolve());
  socket.once("secureConnect", () => secured.resolve());
  socket.once("error", secured.reject);
  socket.once("close", () => secured.reject(new Deno.errors.ConnectionReset("Connection reset by peer")));
  try {
    await raceSignal(Promise.race([connected.promise, secured.promise]), signal);
    const inner = await raceSignal(acceptFrom(listener, socket), signal);
    const spliced = new Splice(conn, inner, { serverAt: "outer" });
    let total = 0;
    const transport = new NodeTlsSocket(socket, {
      flushed: (written) => spliced.untilSent(written === undefined ? total : (total += written) - WINDOW_BYTES),
      // Deno 2.7 would close the peer's side too and lose its data: the sending side is closed after the peer's.
      closeWrite: () => Promise.resolve(),
      close: () => spliced.close(),
      // The end of the connection without close_notify cannot be told from one with it; a failure can.
      get peerEnded() {
        return spliced.failure !== undefined;
      },
    }, { halfCloses: false });
    await raceSignal(networkCall(() => secured.promise, signal), signal);
    return transport;
  } catch (error) {
    socket.destroy();
    closeQuietly(conn);
    throw error;
  } finally {
    listener.close();
  }
}

async function acceptFrom(listener: Deno.TcpListener, socket: TLSSocket): Promise<Deno.TcpConn> {
  while (true) {
    const inner = await listener.accept();
    if (inner.remoteAddr.port === socket.localPort) return inner;
    inner.close();
  }
}
