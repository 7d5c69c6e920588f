import { connect, type ConnectionOptions, type TLSSocket } from "../../deps/node_tls.ts";
import { raceSignal } from "../deadline.ts";
import { closeQuietly, type Transport } from "../dial/connection.ts";
import { writeAll } from "../writer.ts";

/** Whether `node:tls` can end one side of a connection and go on reading the other. */
const HALF_CLOSES = !/^2\.[0-7]\./.test(Deno.version.deno);

/** How {@link nodeTls} connects. */
export interface NodeTlsOptions {
  /** The name sent to the server (SNI); none for an address. */
  readonly serverName?: string;
  /** The authorities to trust, as PEM, instead of the usual ones. */
  readonly ca?: readonly string[];
  /** Whether whatever certificate comes is taken. */
  readonly trustAnything?: boolean;
  /** The protocols offered (RFC 7301). */
  readonly alpn?: readonly string[];
  /** Ends the handshake early. */
  readonly signal: AbortSignal;
}

/**
 * A TLS client by `node:tls` on a connection of ours. It cannot be handed one on every version that we run on, so it
 * connects to a listener on loopback that passes the bytes on; whoever else connects there first is turned away.
 */
export async function nodeTls(conn: Deno.Conn, options: NodeTlsOptions): Promise<NodeTlsConnection> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { serverName, ca, trustAnything = false, alpn, signal } = options;
  const settings: ConnectionOptions & { allowHalfOpen: boolean } = {
    allowHalfOpen: true,
    host: "127.0.0.1",
    port: listener.addr.port,
    servername: serverName ?? "",
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
    splice(await raceSignal(acceptFrom(listener, socket), signal), conn);
    await raceSignal(secured.promise, signal);
    return new NodeTlsConnection(socket);
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

/** Passes bytes and ends of stream on, both ways. */
function splice(one: Deno.Conn, other: Deno.Conn): void {
  const close = () => [one, other].forEach(closeQuietly);
  Promise.all([copy(one, other), copy(other, one)]).then(close, close);
}

async function copy(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    await writeAll(to, buffer.subarray(0, count));
  }
  await to.closeWrite();
}

/** A socket of `node:tls` in the shape of the other transports. */
export class NodeTlsConnection implements Transport {
  /** The socket itself, for what it knows of the certificate. */
  readonly socket: TLSSocket;
  #held?: Uint8Array;
  #ended = false;
  #error?: unknown;
  #wake = Promise.withResolvers<void>();

  /** Takes over a socket whose handshake is done. */
  constructor(socket: TLSSocket) {
    this.socket = socket;
    const wake = () => {
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    };
    socket.on("readable", wake);
    socket.on("end", () => (this.#ended = true, wake()));
    socket.on("close", () => (this.#ended = true, wake()));
    socket.on("error", (error: unknown) => (this.#error = error, wake()));
  }

  /** Reads some bytes; null when the peer has ended its side. */
  async read(into: Uint8Array): Promise<number | null> {
    while (true) {
      const piece: Uint8Array | null = this.#held ?? this.socket.read();
      if (piece) {
        const count = Math.min(piece.length, into.length);
        into.set(piece.subarray(0, count));
        this.#held = count < piece.length ? piece.subarray(count) : undefined;
        return count;
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return null;
      await this.#wake.promise;
    }
  }

  /** Writes all of the bytes. */
  async write(bytes: Uint8Array): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
    return await promise;
  }

  /**
   * Ends our side. Deno 2.7 would end the peer's with it and lose what still comes: there our end waits for the peer's.
   */
  async closeWrite(): Promise<void> {
    if (!HALF_CLOSES) return void this.socket.once("end", () => this.socket.end());
    const { promise, resolve } = Promise.withResolvers<void>();
    this.socket.end(() => resolve());
    await promise;
  }

  /** Ends both. */
  close(): void {
    this.socket.destroy();
  }
}
