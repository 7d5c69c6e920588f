import { Acceptor } from "../../acceptor.ts";
import { type ListenInput, toListenAddress } from "../../address/address_input.ts";
import { NetworkError, ToucanError, UsageError } from "../../errors/errors.ts";
import { serverEngine } from "../../tls/server/engine.ts";
import { LineConnection, type LineHost } from "./line_connection.ts";
import type { LineServer, LineServerOptions, PeekingLineClient } from "./types.ts";

const MAX_CONNECTIONS = 1000;
const IDLE_TIMEOUT_MS = 600_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
const WRITE_TIMEOUT_MS = 30_000;
/** Milliseconds that commands have to end after a shutdown. */
const SHUTDOWN_TIMEOUT_MS = 5000;

/**
 * Serves a line protocol, such as POP3: accepts clients, and runs the protocol with each. Limits, timeouts, TLS and the end of
 * connections are the server's matter; the protocol reads lines and replies, and returns when it has no more to say.
 *
 * Permissions: `--allow-net` for the address; with TLS also for `127.0.0.1`.
 *
 * @param listen TCP address to listen on.
 * @param protocol Serves one client.
 * @returns The server; it is listening when the call returns.
 * @throws {SystemError} `address-in-use` and the like.
 * @throws {UsageError} `invalid-address`.
 * @example Repeat lines
 * ```ts
 * import { serveLines } from "../../mod.ts";
 *
 * const farewell = { timeout: "timeout\r\n", stopping: "bye\r\n", tooMany: "busy\r\n" };
 * await using server = serveLines("127.0.0.1:0", async (client) => {
 *   for (let line = await client.line(); line; line = await client.line()) client.reply(`${line.length}\r\n`);
 * }, { farewell });
 * ```
 */
export function serveLines(
  listen: ListenInput,
  protocol: (client: PeekingLineClient) => Promise<void>,
  options: LineServerOptions,
): LineServer {
  return new Server(listen, protocol, options);
}

class Server implements LineServer {
  readonly addr: Deno.NetAddr;
  readonly address: string;
  readonly port: number;
  readonly pin?: string;
  readonly finished: Promise<void>;
  readonly #acceptor: Acceptor;
  readonly #host: LineHost;
  readonly #protocol: (client: PeekingLineClient) => Promise<void>;
  readonly #options: LineServerOptions;
  readonly #clients = new Map<LineConnection, Promise<void>>();
  readonly #ticker: ReturnType<typeof setInterval>;
  #stopping = false;

  constructor(listen: ListenInput, protocol: (client: PeekingLineClient) => Promise<void>, options: LineServerOptions) {
    const { tls, implicitTls = false, signal, trace, farewell } = options;
    if (implicitTls && !tls) throw new UsageError("implicit TLS requires a certificate");
    // With STARTTLS a client could do without TLS, and so without its certificate.
    if (tls?.clientCa && !implicitTls) throw new UsageError("client certificates require implicit TLS");
    this.#options = options;
    this.#protocol = protocol;
    this.pin = tls?.pin;
    const timeouts = {
      idle: options.idleTimeout ?? IDLE_TIMEOUT_MS,
      handshake: options.handshakeTimeout ?? HANDSHAKE_TIMEOUT_MS,
      write: options.writeTimeout ?? WRITE_TIMEOUT_MS,
    };
    const engine = tls && serverEngine(tls);
    this.#host = { engine, farewell, trace, timeouts };
    try {
      this.#acceptor = new Acceptor(toListenAddress(listen));
      this.addr = tcpAddr(this.#acceptor);
    } catch (error) {
      engine?.[Symbol.dispose]();
      throw error;
    }
    this.address = this.#acceptor.address;
    this.port = this.addr.port;
    this.#ticker = setInterval(
      () => this.#look(),
      Math.min(1000, Math.max(5, Math.min(...Object.values(timeouts)) / 4)),
    );
    const stop = () => void this.shutdown();
    signal?.addEventListener("abort", stop, { once: true });
    this.finished = this.#serve().finally(() => {
      signal?.removeEventListener("abort", stop);
      clearInterval(this.#ticker);
      engine?.[Symbol.dispose]();
    });
    if (signal?.aborted) stop();
  }

  get connections(): number {
    return this.#clients.size;
  }

  async shutdown(): Promise<void> {
    if (!this.#stopping) {
      this.#stopping = true;
      this.#acceptor.close();
      for (const client of this.#clients.keys()) client.leave();
    }
    await this.finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #serve(): Promise<void> {
    for (let conn = await this.#acceptor.accept(); conn; conn = await this.#acceptor.accept()) this.#admit(conn);
    const late = setTimeout(() => {
      const error = new NetworkError("the server has stopped", { code: "server-stopped" });
      for (const client of this.#clients.keys()) client.cut(error, this.#host.farewell.stopping);
    }, SHUTDOWN_TIMEOUT_MS);
    await Promise.all(this.#clients.values());
    clearTimeout(late);
  }

  #admit(conn: Deno.Conn): void {
    if ("setNoDelay" in conn && typeof conn.setNoDelay === "function") conn.setNoDelay(true);
    const client = new LineConnection(conn, this.#host);
    const { peer } = client;
    const { maxConnections = MAX_CONNECTIONS, implicitTls = false } = this.#options;
    let served: Promise<void>;
    if (this.#clients.size < maxConnections || this.#makeRoom()) served = client.serve(this.#protocol, implicitTls);
    else {
      const message = `connection from ${peer} rejected: too many connections`;
      this.#report(peer, new NetworkError(message, { code: "too-many-connections", peer }));
      served = client.reject(implicitTls ? "" : this.#host.farewell.tooMany);
    }
    this.#clients.set(
      client,
      served.catch((error) => this.#report(peer, error)).finally(() => this.#clients.delete(client)),
    );
  }

  /** Closes the oldest TLS handshake, so that silent clients do not block others. */
  #makeRoom(): boolean {
    for (const client of this.#clients.keys()) {
      if (!client.inHandshake) continue;
      const message = `TLS handshake with ${client.peer} dropped: too many connections`;
      client.cut(new NetworkError(message, { code: "too-many-connections", peer: client.peer }));
      return true;
    }
    return false;
  }

  #report(peer: string, error: unknown): void {
    if (this.#stopping) return;
    const known = error instanceof ToucanError
      ? error
      : new NetworkError(`cannot serve ${peer}`, { code: "client-failed", peer, cause: error });
    this.#options.onFault?.({ peer, error: known });
  }

  /** Cuts the connections whose client has taken too long. */
  #look(): void {
    const now = performance.now();
    for (const client of this.#clients.keys()) client.checkTimeouts(now);
  }
}

function tcpAddr(acceptor: Acceptor): Deno.NetAddr {
  const { addr } = acceptor;
  if ("hostname" in addr && addr.transport === "tcp") return addr;
  acceptor.close();
  throw new UsageError("a TCP address is required", { code: "invalid-address" });
}
