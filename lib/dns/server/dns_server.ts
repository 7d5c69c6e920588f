import { formatNetAddress, type HostPort } from "../../core/address/address.ts";
import { closeQuietly } from "../../core/dial/connection.ts";
import { isLoopback } from "../../core/address/ip.ts";
import type { NetworkList } from "../../core/address/network_list.ts";
import { SystemError, type ToucanError } from "../../core/errors/errors.ts";
import type { ServerTls } from "../../core/tls/server/options.ts";
import type { HttpServer } from "../../http/mod.ts";
import type { TsigKey } from "../codec/tsig/chain.ts";
import type { ServedQuery } from "./answer/log.ts";
import { nsidBytes } from "./answer/nsid.ts";
import { Responder } from "./answer/responder.ts";
import { TransferResponder, type TransferSource } from "./answer/transfer_responder.ts";
import type { AnswerSource, ClientQuery } from "./answer/types.ts";
import type { Faults } from "./fault/faults.ts";
import type { RateLimit } from "./limit/rate_limit.ts";
import { StreamServer } from "./transport/stream.ts";
import type { ServeHttps } from "./transport/https.ts";
import { bindUdp, UdpServer } from "./transport/udp.ts";

/** Client that was rejected, or whose TLS handshake failed. */
export interface RefusedClient {
  /** Address of the client. */
  readonly peer: string;
  /** Reason. */
  readonly error: ToucanError;
}

/** Parts of a {@link RunningServer}. */
export interface ServerParts {
  /** Sources of answers, in order. */
  readonly sources: readonly AnswerSource[];
  /** Whether one of them looks names up elsewhere. */
  readonly recursive: boolean;
  /** Places that have zones to transfer. */
  readonly transfers: readonly TransferSource[];
  /** Clients that may ask. */
  readonly access: NetworkList;
  /** Clients that may transfer zones without a signature. */
  readonly transferAccess: NetworkList;
  /** Keys whose holders may transfer zones. */
  readonly keys: readonly TsigKey[];
  /** Faults to simulate. */
  readonly faults?: Faults;
  /** Limit of the responses over UDP. */
  readonly rateLimit?: RateLimit;
  /** Clients to which that does not apply. */
  readonly unlimited?: NetworkList;
  /** Name of the server (RFC 5001), at most 128 bytes. */
  readonly nsid?: string;
  /** Where it listens for DNS over TLS, and its certificate. */
  readonly tls?: { readonly address: HostPort; readonly certificate: ServerTls };
  /** Where it listens for DNS over HTTPS, its certificate, and what serves it: {@link loadHttps} returns that. */
  readonly https?: { readonly address: HostPort; readonly certificate: ServerTls; readonly serve: ServeHttps };
  /** Maximum number of connections of each listener. */
  readonly maxConnections: number;
  /** Maximum number of connections from one address beyond loopback. */
  readonly perAddress: number;
  /** Milliseconds after which an idle connection is closed. */
  readonly idleMs: number;
  /** Number of encoded answers to hold. */
  readonly cacheSize: number;
  /** Called for each query. */
  readonly onQuery?: (query: ServedQuery) => void;
  /** Called when a source has failed. */
  readonly onError?: (error: unknown, query: ClientQuery) => void;
  /** Called for each client that was rejected, or whose TLS handshake failed. */
  readonly onRefused?: (client: RefusedClient) => void;
  /** Stops the server. */
  readonly signal?: AbortSignal;
}

const MAX_PENDING = 10_000;
/** Milliseconds after a shutdown in which open connections must end. */
const GRACE_MS = 5000;
/** Ports that are tried until one is free for UDP and for TCP. */
const PORT_ATTEMPTS = 20;

/** A DNS server that is listening. */
export class RunningServer implements AsyncDisposable {
  /** Address that it listens on, over UDP and TCP. */
  readonly addr: Deno.NetAddr;
  /** Address as text. */
  readonly address: string;
  /** Address of its listener for DNS over TLS. */
  readonly tlsAddr?: Deno.NetAddr;
  /** Address of its listener for DNS over HTTPS. */
  readonly httpsAddr?: Deno.NetAddr;
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  readonly #responder: Responder;
  readonly #udp: UdpServer;
  readonly #streams: readonly StreamServer[];
  readonly #https?: HttpServer;
  #stopped = false;

  /**
   * Listens.
   *
   * @throws {UsageError} `invalid-nsid`.
   * @throws {SystemError} `address-in-use` and the like.
   */
  constructor(address: HostPort, parts: ServerParts) {
    const { nsid, idleMs, maxConnections, perAddress, signal, tls, https, onRefused } = parts;
    this.#responder = new Responder({
      ...parts,
      nsid: nsid === undefined ? undefined : nsidBytes(nsid),
      secret: crypto.getRandomValues(new Uint8Array(16)),
      maxPending: MAX_PENDING,
    });
    const common = {
      responder: this.#responder,
      transfers: new TransferResponder({ ...parts, sources: parts.transfers }),
      limits: { connections: maxConnections, perAddress, idleMs },
      onRefused,
    };
    const { socket, tcp } = bindBoth(address, (at) => new StreamServer(at, common));
    let secured: StreamServer | undefined;
    try {
      secured = tls && new StreamServer(tls.address, { ...common, tls: tls.certificate });
      this.#https = https && this.#serveHttps(https, parts);
    } catch (error) {
      closeQuietly(socket);
      tcp.close();
      secured?.close();
      throw error;
    }
    this.addr = tcp.addr;
    this.address = formatNetAddress(tcp.addr);
    this.tlsAddr = secured?.addr;
    this.httpsAddr = this.#https && "hostname" in this.#https.addr ? this.#https.addr : undefined;
    this.#udp = new UdpServer(socket, this.#responder);
    this.#streams = secured ? [tcp, secured] : [tcp];
    const halt = () => this.#halt();
    signal?.addEventListener("abort", halt, { once: true });
    const all = [this.#udp, ...this.#streams, ...(this.#https ? [this.#https] : [])];
    this.finished = Promise.all(all.map(({ finished }) => finished)).then(() => {
      signal?.removeEventListener("abort", halt);
    });
    if (signal?.aborted) halt();
  }

  #serveHttps({ address, certificate, serve }: NonNullable<ServerParts["https"]>, parts: ServerParts): HttpServer {
    const { maxConnections, perAddress, idleMs, onRefused } = parts;
    return serve(address, (query, client) => this.#responder.respond(query, client, "https"), {
      ...{ tls: certificate, maxConnections, idleTimeout: idleMs, onRefused },
      maxConnectionsPerAddress: isLoopback(address.host) ? maxConnections : perAddress,
    });
  }

  /** Answers queries of a further transport. */
  get responder(): Responder {
    return this.#responder;
  }

  /** Stops it: responses that are on their way are still sent, for 5 s at most. */
  async shutdown(): Promise<void> {
    this.#halt();
    await this.finished;
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  #halt(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#responder.stop();
    this.#udp.close();
    for (const server of this.#streams) server.close();
    void this.#https?.shutdown();
    const late = setTimeout(() => this.#streams.forEach((server) => server.abort()), GRACE_MS);
    this.finished.finally(() => clearTimeout(late));
  }
}

/** Binds the same port for UDP and TCP; of free ones, one that is free for both. */
function bindBoth(
  address: HostPort,
  listen: (address: HostPort) => StreamServer,
): { socket: Deno.DatagramConn; tcp: StreamServer } {
  for (let left = PORT_ATTEMPTS;; left--) {
    const socket = bindUdp(address);
    const { addr } = socket;
    try {
      return { socket, tcp: listen({ ...address, port: "port" in addr ? addr.port : address.port }) };
    } catch (error) {
      closeQuietly(socket);
      const taken = error instanceof SystemError && error.code === "address-in-use";
      if (address.port !== 0 || !taken || left === 0) throw error;
    }
  }
}
