import type { KeyPair } from "../certificate/certificate.ts";
import { raceSignal } from "../../time/deadline.ts";
import { closeQuietly, type Transport } from "../../dial/connection.ts";
import { concat } from "../../../deps/std/bytes.ts";
import type { SecureOptions } from "../server/server_engine.ts";
import { isWholeClientHello } from "./records.ts";
import { Splice } from "./splice.ts";
import { SplicedTransport } from "./spliced.ts";

/** Client whose TLS handshake is done, over a splice. */
export interface SplicedClient {
  /** Transport of the data. */
  readonly transport: SplicedTransport;
  /** Application protocol negotiated (RFC 7301). */
  readonly alpn?: string;
}

/** Maximum size of a ClientHello that is read before the engine is used; the engine gets a longer one in parts. */
const MAX_HELLO_BYTES = 64 * 1024;
const HELLO_BUFFER_BYTES = 2048;

/**
 * Server end of TLS, for any accepted connection. The runtime does TLS only for connections that it has accepted on a TLS
 * listener, and keeps such a connection open, closed or not, until its handshake ends. So data of a client is spliced into a TLS
 * listener on loopback, once there is a complete ClientHello: until then a silent client costs a descriptor, and no more.
 *
 * Requires the net permission for 127.0.0.1. Other clients that connect there are rejected.
 */
export class TlsEngine implements Disposable {
  readonly #listener: Deno.TlsListener;
  /** Waiting handshakes, by the local port of their connection to the engine. */
  readonly #waiting = new Map<number, PromiseWithResolvers<Deno.TlsConn>>();
  #accepting = false;

  /**
   * Starts listening.
   *
   * @throws {Error} The runtime's, when certificate or key are unusable.
   */
  constructor({ cert, key }: Pick<KeyPair, "cert" | "key">, alpn?: readonly string[]) {
    this.#listener = Deno.listenTls({
      hostname: "127.0.0.1",
      port: 0,
      cert,
      key,
      alpnProtocols: alpn && [...alpn],
    });
  }

  /** Does the handshake with a client. Closes the connection when that fails, or the signal fires first. */
  async secure(
    conn: Transport,
    signal: AbortSignal,
    _peer?: string,
    options: SecureOptions = {},
  ): Promise<SplicedClient> {
    const { splice, engine } = await this.#splice(conn, signal, options);
    try {
      const { alpnProtocol } = await raceSignal(engine.handshake(), signal);
      return { transport: new SplicedTransport(engine, splice), alpn: alpnProtocol ?? undefined };
    } catch (error) {
      closeQuietly(engine);
      if (signal.aborted) splice.abort();
      else splice.close();
      // The alert is sent to the client first.
      await splice.finished;
      throw splice.failure?.error ?? error;
    }
  }

  async #splice(
    conn: Transport,
    signal: AbortSignal,
    options: SecureOptions,
  ): Promise<{ splice: Splice; engine: Deno.TlsConn }> {
    try {
      const first = await raceSignal(readHello(conn), signal);
      const [inner, engine] = await this.#pair();
      return { engine, splice: new Splice(conn, inner, { serverAt: "inner", first, ...options }) };
    } catch (error) {
      closeQuietly(conn);
      throw error;
    }
  }

  /** Creates a loopback connection and returns both ends. */
  async #pair(): Promise<[Deno.TcpConn, Deno.TlsConn]> {
    const inner = await Deno.connect({ hostname: "127.0.0.1", port: this.#listener.addr.port });
    const { port } = inner.localAddr;
    const waiting = Promise.withResolvers<Deno.TlsConn>();
    this.#waiting.set(port, waiting);
    if (!this.#accepting) void this.#accept();
    try {
      return [inner, await waiting.promise];
    } catch (error) {
      closeQuietly(inner);
      throw error;
    } finally {
      this.#waiting.delete(port);
    }
  }

  /** Accepts while a handshake waits for it: other clients stay in the backlog. */
  async #accept(): Promise<void> {
    this.#accepting = true;
    while (this.#waiting.size > 0) {
      try {
        const engine = await this.#listener.accept();
        const waiting = this.#waiting.get(engine.remoteAddr.port);
        this.#waiting.delete(engine.remoteAddr.port);
        if (waiting) waiting.resolve(engine);
        else closeQuietly(engine);
      } catch (error) {
        // Out of descriptors, or closed: all waiting handshakes fail.
        this.#waiting.forEach(({ reject }) => reject(error));
        this.#waiting.clear();
      }
    }
    this.#accepting = false;
  }

  /** Stops listening; handshakes in progress fail. */
  [Symbol.dispose](): void {
    closeQuietly(this.#listener);
  }
}

/** Reads the first data of a client, up to a complete ClientHello. */
async function readHello(conn: Transport): Promise<Uint8Array> {
  let held: Uint8Array = new Uint8Array();
  const buffer = new Uint8Array(HELLO_BUFFER_BYTES);
  while (held.length < MAX_HELLO_BYTES) {
    const count = await conn.read(buffer);
    if (count === null) throw new Deno.errors.UnexpectedEof("tls handshake eof");
    held = concat([held, buffer.subarray(0, count)]);
    if (isWholeClientHello(held)) break;
  }
  return held;
}
