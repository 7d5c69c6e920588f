import { connect, type ConnectionOptions, type TLSSocket } from "../../../../deps/node/tls.ts";
import { raceSignal } from "../../../time/deadline.ts";
import { closeQuietly } from "../../../dial/connection.ts";
import { networkCall } from "../../../errors/network_call.ts";
import { NodeTlsSocket } from "../node_socket.ts";
import { Splice } from "../../splice/splice.ts";

/** Bytes that may be on their way over loopback when a write resolves. */
const WINDOW = 256 * 1024;

/** How {@link nodeTls} connects. */
export interface SplicedTlsOptions {
  /** The name sent to the server (SNI); none for an address. */
  readonly sni?: string;
  /** The certificate authorities to trust, as PEM, instead of the usual ones. */
  readonly ca?: readonly string[];
  /** Whether any certificate is accepted. */
  readonly trustAnything?: boolean;
  /** The protocols offered (RFC 7301). */
  readonly alpn?: readonly string[];
  /** Ends the handshake early. */
  readonly signal: AbortSignal;
}

/**
 * A TLS client by `node:tls` on a connection of ours. Deno 2.7 cannot hand it one, so it connects to a listener on
 * loopback that passes the bytes on; any other client of that listener is turned away.
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
    // The name is no part of what is proved here: pins stand instead of it.
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
      flushed: (written) => spliced.untilSent(written === undefined ? total : (total += written) - WINDOW),
      // Deno 2.7 would end the peer's side with ours and lose what still comes: ours waits for the peer's.
      closeWrite: () => Promise.resolve(),
      close: () => spliced.close(),
      // An end of the connection without close_notify cannot be told from one with it; a failure can.
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
