import type { KeyPair } from "../certificate/certificate.ts";
import { raceSignal } from "../../time/deadline.ts";
import { closeQuietly, type Transport } from "../../dial/connection.ts";
import { concat } from "../../../deps/std/bytes.ts";
import { isWholeClientHello } from "./records.ts";
import { Splice } from "./splice.ts";
import { SplicedTransport } from "./spliced.ts";

/** A client whose TLS handshake is done, over a splice. */
export interface SplicedClient {
  /** Carries the bytes. */
  readonly transport: SplicedTransport;
  /** The application protocol agreed on (RFC 7301). */
  readonly alpn?: string;
}

/** Bytes of a ClientHello that are waited for before the engine sees it; what is longer it gets in parts. */
const MAX_HELLO_BYTES = 64 * 1024;
const HELLO_BUFFER = 2048;

/**
 * The server end of TLS, for any accepted connection. The runtime does TLS only for what it has accepted on a TLS
 * listener, and keeps such a connection open, closed or not, until its handshake ends. So what a client has sent is spliced into a TLS
 * listener of our own on loopback, once there is a whole ClientHello: a client that is silent costs a descriptor until it is cut, and no more.
 *
 * Needs the net permission for 127.0.0.1. Whoever else connects there is turned away.
 */
export class TlsEngine implements Disposable {
  readonly #listener: Deno.TlsListener;
  /** By the local port of our end: who waits for the engine's end. */
  readonly #waiting = new Map<number, PromiseWithResolvers<Deno.TlsConn>>();
  #accepting = false;

  /**
   * Starts listening.
   *
   * @throws {Error} The runtime's, when certificate or key cannot be used.
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

  /** Does the handshake with a client. Closes its connection when that fails, or the signal comes first. */
  async secure(conn: Transport, signal: AbortSignal): Promise<SplicedClient> {
    const { splice, engine } = await this.#splice(conn, signal);
    try {
      const { alpnProtocol } = await raceSignal(engine.handshake(), signal);
      return { transport: new SplicedTransport(engine, splice), alpn: alpnProtocol ?? undefined };
    } catch (error) {
      closeQuietly(engine);
      if (signal.aborted) splice.abort();
      else splice.close();
      // The client gets the alert first.
      await splice.finished;
      throw splice.failure?.error ?? error;
    }
  }

  async #splice(conn: Transport, signal: AbortSignal): Promise<{ splice: Splice; engine: Deno.TlsConn }> {
    try {
      const first = await raceSignal(readHello(conn), signal);
      const [inner, engine] = await this.#pair();
      return { engine, splice: new Splice(conn, inner, { serverAt: "inner", first }) };
    } catch (error) {
      closeQuietly(conn);
      throw error;
    }
  }

  /** Both ends of a connection to ourselves. */
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

  /** Accepts as long as somebody waits for it: whoever else connects stays in the backlog until then. */
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
        // Too few descriptors, or closed: none of those that wait gets its end.
        this.#waiting.forEach(({ reject }) => reject(error));
        this.#waiting.clear();
      }
    }
    this.#accepting = false;
  }

  /** Stops listening; handshakes under way fail. */
  [Symbol.dispose](): void {
    closeQuietly(this.#listener);
  }
}

/** What a client sends first, up to a whole ClientHello. */
async function readHello(conn: Transport): Promise<Uint8Array> {
  let held: Uint8Array = new Uint8Array();
  const buffer = new Uint8Array(HELLO_BUFFER);
  while (held.length < MAX_HELLO_BYTES) {
    const count = await conn.read(buffer);
    if (count === null) throw new Deno.errors.UnexpectedEof("tls handshake eof");
    held = concat([held, buffer.subarray(0, count)]);
    if (isWholeClientHello(held)) break;
  }
  return held;
}
