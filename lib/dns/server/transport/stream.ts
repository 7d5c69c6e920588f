import { Acceptor } from "../../../core/acceptor.ts";
import type { HostPort } from "../../../core/address/address.ts";
import { Connection } from "../../../core/dial/connection.ts";
import { NetworkError, type ToucanError } from "../../../core/errors/errors.ts";
import type { ServerTls } from "../../../core/tls/server/options.ts";
import { isLoopback } from "../../../core/address/ip.ts";
import type { Responder } from "../answer/responder.ts";
import type { TransferResponder } from "../answer/transfer_responder.ts";
import type { QueryClient } from "../answer/turn.ts";
import { StreamClient } from "./stream_client.ts";

/** Limits of a {@link StreamServer}. */
export interface StreamLimits {
  /** Maximum number of connections. */
  readonly connections: number;
  /** Maximum number of connections from one address beyond loopback. */
  readonly perAddress: number;
  /** Milliseconds after which a connection is closed on which nothing was read or written. */
  readonly idleMs: number;
}

/** Options of a {@link StreamServer}. */
export interface StreamServerOptions {
  /** Answers queries. */
  readonly responder: Responder;
  /** Answers requests for transfers. */
  readonly transfers: TransferResponder;
  /** Limits. */
  readonly limits: StreamLimits;
  /** Certificate for TLS; without it, no TLS. */
  readonly tls?: ServerTls;
  /** Called for each client that was rejected, or whose TLS handshake failed. */
  readonly onRefused?: (refused: { readonly peer: string; readonly error: ToucanError }) => void;
}

/** Application protocol of DNS over TLS (RFC 7858 §3.1 has none; IANA registry "ALPN Protocol IDs"). */
const ALPN = ["dot"];

/** Answers queries over TCP or TLS (RFC 7766, RFC 7858). */
export class StreamServer {
  /** Address that it listens on. */
  readonly addr: Deno.NetAddr;
  /** Address as text. */
  readonly address: string;
  /** Resolves when it has stopped, and all connections are closed. */
  readonly finished: Promise<void>;
  readonly #acceptor: Acceptor;
  readonly #options: StreamServerOptions;
  readonly #stop = new AbortController();
  readonly #clients = new Set<StreamClient>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #perAddress = new Map<string, number>();

  /**
   * Listens on an address.
   *
   * @throws {SystemError} `address-in-use` and the like.
   */
  constructor(address: HostPort, options: StreamServerOptions) {
    this.#options = options;
    this.#acceptor = new Acceptor(address, { tls: options.tls, alpn: options.tls && ALPN });
    const { addr } = this.#acceptor;
    if (!("hostname" in addr)) throw new TypeError("a TCP listener has an IP address");
    this.addr = addr;
    this.address = this.#acceptor.address;
    this.finished = this.#run();
  }

  /** Stops accepting and reading; responses that are on their way are still written. */
  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#acceptor.close();
    for (const client of this.#clients) client.finish();
  }

  /** Closes all connections at once. */
  abort(): void {
    this.close();
    for (const client of this.#clients) client.close();
  }

  async #run(): Promise<void> {
    for (let conn = await this.#acceptor.accept(); conn; conn = await this.#acceptor.accept()) {
      const { remoteAddr } = conn;
      const client = "hostname" in remoteAddr ? remoteAddr : { hostname: "", port: 0 };
      const refusal = this.#refusal(client.hostname);
      if (refusal !== undefined && !this.#acceptor.makeRoom()) {
        const { remote: peer } = this.#acceptor.plain(conn);
        conn.close();
        this.#options.onRefused?.({
          peer,
          error: new NetworkError(refusal, { code: "too-many-connections", peer }),
        });
        continue;
      }
      const task = this.#serve(conn, client).finally(() => this.#tasks.delete(task));
      this.#tasks.add(task);
    }
    await Promise.all(this.#tasks);
  }

  #refusal(hostname: string): string | undefined {
    const { connections, perAddress } = this.#options.limits;
    if (this.#tasks.size >= connections) return `maximum of ${connections} connections reached`;
    if (isLoopback(hostname) || (this.#perAddress.get(hostname) ?? 0) < perAddress) return undefined;
    return `maximum of ${perAddress} connections from one address reached`;
  }

  async #serve(conn: Deno.Conn, client: QueryClient): Promise<void> {
    const { hostname } = client;
    this.#perAddress.set(hostname, (this.#perAddress.get(hostname) ?? 0) + 1);
    try {
      if ("setNoDelay" in conn && typeof conn.setNoDelay === "function") conn.setNoDelay(true);
      const admitted = await this.#acceptor.admit(conn, this.#stop.signal);
      if (!(admitted instanceof Connection)) {
        if (!this.#stop.signal.aborted) this.#options.onRefused?.(admitted);
        return await admitted.gone;
      }
      const { responder, transfers, limits: { idleMs }, tls } = this.#options;
      const served = new StreamClient(admitted, {
        ...{ responder, transfers, idleMs, client },
        transport: tls ? "tls" : "tcp",
      });
      this.#clients.add(served);
      if (this.#stop.signal.aborted) served.finish();
      await served.run();
      this.#clients.delete(served);
      await admitted.left;
    } finally {
      const left = (this.#perAddress.get(hostname) ?? 1) - 1;
      if (left > 0) this.#perAddress.set(hostname, left);
      else this.#perAddress.delete(hostname);
    }
  }
}
