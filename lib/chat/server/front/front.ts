import { type Acceptor, Connection, NetworkError, type Unaccepted, writeAll } from "../../../core/mod.ts";
import type { HttpConnections } from "../../../http/internal.ts";
import { clientProtocol, MAX_FIRST_BYTES } from "../../codec/first_bytes.ts";
import { countedNetwork } from "../client/peer_host.ts";

/** Milliseconds that a rejected client has to close its side, so that it receives the reason. */
const LINGER_MS = 2000;
/** Application protocols of TLS connections (RFC 7301): a client that names one cannot use the other. */
export const FRONT_ALPN: readonly string[] = ["http/1.1", "irc"];

/** Client of the one port, before its protocol is spoken. */
export interface FrontClient {
  /** Its connection. */
  readonly connection: Connection;
  /** Bytes that were read from it already. */
  readonly first?: Uint8Array;
  /** Server of HTTP that it is for; an IRC client otherwise. */
  readonly http?: HttpConnections;
}

/** Options of a {@link ChatFront}. */
export interface FrontOptions {
  /** Milliseconds in which a client must send its first bytes. */
  readonly timeout: number;
  /** Serves the page and WebSocket. */
  readonly page: HttpConnections;
  /** Serves HTTP to clients that must use TLS. */
  readonly redirects: HttpConnections;
}

/**
 * Serves IRC, the page and WebSocket on one port, with and without TLS: the first bytes of a client tell what it speaks. A
 * connection stays with its protocol, so that the body of a request is never taken for lines of IRC. With TLS, only clients on this
 * machine may connect without it.
 */
export class ChatFront {
  readonly #acceptor: Acceptor;
  readonly #options: FrontOptions;

  /** Creates one for an acceptor. */
  constructor(acceptor: Acceptor, options: FrontOptions) {
    this.#acceptor = acceptor;
    this.#options = options;
  }

  /** Recognises the protocol of a client. */
  async admit(conn: Deno.Conn, signal: AbortSignal): Promise<FrontClient | Unaccepted> {
    const { page, redirects } = this.#options;
    const { tls } = this.#acceptor;
    // The runtime does the handshake on a TLS listener that was passed in.
    if ("handshake" in conn) return await this.#secured(conn, signal);
    const first = await this.#first(conn, conn, signal);
    if (!(first instanceof Uint8Array)) return first;
    const protocol = clientProtocol(first);
    if (protocol === "tls" && tls) return await this.#secured(conn, signal, first);
    const connection = this.#acceptor.plain(conn);
    const permitted = !tls || countedNetwork(connection.remote) === "";
    if (protocol === "http") return { connection, first, http: permitted ? page : redirects };
    return permitted ? { connection, first } : await this.#refuse(conn, connection, signal);
  }

  /** Lets requests in flight end. */
  stop(): void {
    this.#options.page.stop();
    this.#options.redirects.stop();
  }

  /** Stops the timers, once all connections are closed. */
  end(): void {
    this.#options.page.end();
    this.#options.redirects.end();
  }

  async #secured(conn: Deno.Conn, signal: AbortSignal, hello?: Uint8Array): Promise<FrontClient | Unaccepted> {
    const connection = await this.#acceptor.admit(conn, signal, hello);
    if (!(connection instanceof Connection)) return connection;
    const { page: http } = this.#options;
    switch (connection.security?.alpn) {
      case "http/1.1":
        return { connection, http };
      case "irc":
        return { connection };
    }
    const first = await this.#first(conn, connection, signal);
    if (!(first instanceof Uint8Array)) return first;
    return clientProtocol(first) === "http" ? { connection, first, http } : { connection, first };
  }

  #first(conn: Deno.Conn, source: Deno.Conn | Connection, signal: AbortSignal): Promise<Uint8Array | Unaccepted> {
    const enough = (bytes: Uint8Array) => bytes.length > 0 && clientProtocol(bytes) !== "incomplete";
    const { timeout } = this.#options;
    return this.#acceptor.firstBytes(conn, source, { enough, limit: MAX_FIRST_BYTES, timeout, signal });
  }

  /** Rejects an IRC client that would send its password without encryption. */
  async #refuse(conn: Deno.Conn, connection: Connection, signal: AbortSignal): Promise<Unaccepted> {
    const { remote: peer } = connection;
    try {
      await writeAll(connection, new TextEncoder().encode("ERROR :Closing link: TLS is required\r\n"));
      await connection.closeWrite();
      const limits = { enough: () => false, limit: 4096, timeout: LINGER_MS, signal };
      await this.#acceptor.firstBytes(conn, connection, limits);
    } catch {
      // The client is gone.
    }
    connection.close();
    return { peer, error: new NetworkError(`${peer} connected without TLS`, { code: "tls-required", peer }) };
  }
}
