import {
  Acceptor,
  type BoundAddr,
  Connection,
  type ListenInput,
  NetworkError,
  raceSignal,
  type ServerAddr,
  toListenAddress,
  type ToucanError,
} from "../../core/mod.ts";
import { HttpConnections } from "./connections.ts";
import type { Handler, HttpServer, HttpServerOptions } from "./types.ts";

/**
 * Serves HTTP/1.1, and on request HTTP/2, on an address, or on a listener that is bound (with TLS, when it is a TLS one).
 *
 * Permissions: `--allow-net=HOST:PORT` (for a free port `--allow-net=HOST:0`); for a unix socket
 * `--allow-net=unix:PATH`, `--allow-read=PATH` and `--allow-write=PATH`.
 *
 * @param address The address to listen on.
 * @param handler Returns the response to a request.
 * @returns The server; it is listening when the call returns.
 * @throws {SystemError} `address-in-use` and the like.
 * @example Serve a text
 * ```ts
 * import { request, serveHttp } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const handler = () => ({ headers: { "Content-Type": "text/plain" }, body: "hello" });
 * await using server = serveHttp("127.0.0.1:0", handler);
 * using response = await request(server.url);
 * assertEquals(await response.body.text(1000), "hello");
 * ```
 */
export function serveHttp<const At extends ListenInput>(
  address: At,
  handler: Handler,
  options?: HttpServerOptions,
): HttpServer<BoundAddr<At>>;
export function serveHttp(address: ListenInput, handler: Handler, options: HttpServerOptions = {}): HttpServer {
  return new Server(address, handler, options);
}

class Server implements HttpServer {
  readonly addr: ServerAddr;
  readonly address: string;
  readonly url: string;
  readonly port?: number;
  readonly finished: Promise<void>;
  readonly #acceptor: Acceptor;
  readonly #options: HttpServerOptions;
  readonly #connections: HttpConnections;
  readonly #tasks = new Set<Promise<void>>();
  readonly #perAddress = new Map<string, number>();
  readonly #stop = new AbortController();
  #count = 0;

  constructor(address: ListenInput, handler: Handler, options: HttpServerOptions) {
    this.#options = options;
    this.#acceptor = new Acceptor(toListenAddress(address), {
      tls: options.tls,
      alpn: options.http2 ? ["h2", "http/1.1"] : ["http/1.1"],
      handshakeTimeout: options.headerTimeout ?? 10_000,
      socketFile: options.socketFile,
    });
    this.addr = this.#acceptor.addr;
    this.address = this.#acceptor.address;
    this.url = `${options.tls ? "https" : "http"}://${this.address}/`;
    this.port = this.#acceptor.port;
    this.#connections = new HttpConnections(handler, options);
    const { signal } = options;
    const halt = () => this.#halt();
    signal?.addEventListener("abort", halt, { once: true });
    this.finished = this.#serve().finally(() => {
      signal?.removeEventListener("abort", halt);
      this.#connections.end();
    });
    if (signal?.aborted) halt();
  }

  get connections(): number {
    return this.#count;
  }

  async shutdown(): Promise<void> {
    this.#halt();
    await this.finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  #halt(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#acceptor.close();
    this.#connections.stop();
  }

  async #serve(): Promise<void> {
    for (let conn = await this.#acceptor.accept(); conn; conn = await this.#acceptor.accept()) {
      const address = "hostname" in conn.remoteAddr ? conn.remoteAddr.hostname : "";
      const refused = this.#refusal(address);
      if (refused && !this.#makeRoom(refused, address)) {
        this.#options.onRefused?.({ peer: this.#acceptor.plain(conn).remote, error: refused });
        conn.close();
        continue;
      }
      this.#enter(address);
      const task = this.#connection(conn).finally(() => {
        this.#leave(address);
        this.#tasks.delete(task);
      });
      this.#tasks.add(task);
    }
    await Promise.all(this.#tasks);
  }

  async #connection(conn: Deno.Conn): Promise<void> {
    if ("setNoDelay" in conn && typeof conn.setNoDelay === "function") conn.setNoDelay(true);
    const admitted = await this.#acceptor.admit(conn, this.#stop.signal);
    if (!(admitted instanceof Connection)) {
      if (!this.#stop.signal.aborted) this.#options.onRefused?.({ peer: admitted.peer, error: admitted.error });
      return await admitted.gone;
    }
    await this.#connections.serve(admitted);
    if (admitted.left) await raceSignal(admitted.left, this.#stop.signal).catch(() => {});
  }

  #refusal(address: string): ToucanError | undefined {
    const { maxConnections = 10_000, maxConnectionsPerAddress = 10_000 } = this.#options;
    if (this.#count >= maxConnections) {
      return new NetworkError(`there are ${maxConnections} connections already`, { code: "too-many-connections" });
    }
    if (address !== "" && (this.#perAddress.get(address) ?? 0) >= maxConnectionsPerAddress) {
      return new NetworkError(`there are ${maxConnectionsPerAddress} connections from ${address} already`, {
        code: "too-many-from-address",
      });
    }
    return undefined;
  }

  /** Lets a client that is in its TLS handshake make room for one that comes; where one address has too many, one from there. */
  #makeRoom(refused: ToucanError, address: string): boolean {
    if (refused.code === "too-many-connections") return this.#acceptor.makeRoom();
    return this.#acceptor.makeRoom(({ remoteAddr }) => "hostname" in remoteAddr && remoteAddr.hostname === address);
  }

  #enter(address: string): void {
    this.#count++;
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
  }

  #leave(address: string): void {
    this.#count--;
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, left);
  }
}
