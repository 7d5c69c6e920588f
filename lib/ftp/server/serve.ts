import {
  Acceptor,
  checkServerPassword,
  ipVersion,
  type ListenInput,
  LoginLimit,
  NetworkError,
  type ServerEngine,
  serverEngine,
  toListenAddress,
  ToucanError,
  UsageError,
} from "../../core/mod.ts";
import { CLOSING } from "./connection/answers.ts";
import { FtpConnection } from "./connection/connection.ts";
import { PassivePorts } from "./data/ports.ts";
import type { FtpFiles } from "./files.ts";
import { clientTimeout } from "./connection/handshake.ts";
import type { FtpHost } from "./host.ts";
import type { FtpServer, FtpServerOptions } from "./types.ts";

const MAX_CONNECTIONS = 1000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Milliseconds that transfers have to end after a shutdown. */
const SHUTDOWN_TIMEOUT_MS = 5000;

/**
 * Serves files by FTP (RFC 959, 2389, 2428, 3659, 4217): passive mode only, UTF-8 names, TLS on request or from the first
 * byte. With a certificate, login and data require TLS.
 *
 * Permissions: `--allow-net` for the address and the ports of data connections; with TLS also for `127.0.0.1`.
 *
 * @param listen The TCP address to listen on.
 * @param files The files; no path that is passed to them leads out of their root.
 * @returns The server; it is listening when the call returns.
 * @throws {SystemError} `address-in-use` and the like.
 * @throws {UsageError} `empty-password`, `invalid-address`, `invalid-range`.
 * @example Serve one file from memory
 * ```ts
 * import { type FtpTree, serveFtp } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const tree: FtpTree = {
 *   stat: (path) => Promise.resolve(path.length === 0 ? { name: "/", type: "folder" } : undefined),
 *   list: () => Promise.resolve([]),
 *   open: () => Promise.resolve(undefined),
 * };
 * await using server = serveFtp("127.0.0.1:0", { enter: () => tree });
 * assertEquals(server.url, `ftp://127.0.0.1:${server.port}/`);
 * ```
 */
export function serveFtp(listen: ListenInput, files: FtpFiles, options?: FtpServerOptions): FtpServer;
export function serveFtp(listen: ListenInput, files: FtpFiles, options: FtpServerOptions = {}): FtpServer {
  return startFtp(listen, files, options, { logins: new LoginLimit(), ports: new PassivePorts(options.passivePorts) });
}

/** State that servers of the same files share. */
export interface FtpShared {
  /** Failed logins, by address. */
  readonly logins: LoginLimit;
  /** Ports for data connections. */
  readonly ports: PassivePorts;
}

/** The same, with what it shares with other servers of the same files. */
export function startFtp(
  listen: ListenInput,
  files: FtpFiles,
  options: FtpServerOptions,
  shared: FtpShared,
): FtpServer {
  checkServerPassword(options.credentials?.password);
  checkOptions(options);
  return new Server(listen, files, options, shared);
}

function checkOptions({ passiveHost, passivePorts, implicit, tls }: FtpServerOptions): void {
  if (passiveHost !== undefined && ipVersion(passiveHost) !== 4) {
    throw new UsageError(`invalid address "${passiveHost}": replies to PASV contain an IPv4 address`, {
      code: "invalid-address",
    });
  }
  if (passivePorts && !(passivePorts.from >= 1 && passivePorts.from <= passivePorts.to && passivePorts.to <= 65535)) {
    throw new UsageError(`invalid ports ${passivePorts.from}-${passivePorts.to}: must be 1 to 65535, in order`, {
      code: "invalid-range",
    });
  }
  if (implicit && !tls) throw new UsageError("implicit TLS requires a certificate");
}

class Server implements FtpServer {
  readonly addr: Deno.NetAddr;
  readonly address: string;
  readonly port: number;
  readonly url: string;
  readonly finished: Promise<void>;
  readonly #acceptor: Acceptor;
  readonly #engine?: ServerEngine;
  readonly #host: FtpHost;
  readonly #options: FtpServerOptions;
  readonly #clients = new Map<FtpConnection, Promise<void>>();
  readonly #ticker: ReturnType<typeof setInterval>;
  readonly #stop = new AbortController();

  constructor(
    listen: ListenInput,
    files: FtpFiles,
    options: FtpServerOptions,
    shared: FtpShared,
  ) {
    const { tls, implicit = false, signal } = options;
    const { idleTimeout = 300_000, loginTimeout = 60_000, dataTimeout = 30_000 } = options;
    this.#options = options;
    this.#engine = tls && serverEngine(tls);
    try {
      this.#acceptor = new Acceptor(toListenAddress(listen));
      this.addr = tcpAddr(this.#acceptor);
    } catch (error) {
      this.#engine?.[Symbol.dispose]();
      throw error;
    }
    this.address = this.#acceptor.address;
    this.port = this.addr.port;
    this.url = `${implicit ? "ftps" : "ftp"}://${this.address}/`;
    this.#host = {
      stopped: this.#stop.signal,
      ...{ ...shared, files, implicit, engine: this.#engine },
      credentials: options.credentials,
      passiveHost: options.passiveHost,
      trace: options.trace,
      onEvent: options.onEvent,
      report: (peer, error) => this.#report(peer, error),
      timeouts: { idle: idleTimeout, login: loginTimeout, data: dataTimeout, handshake: HANDSHAKE_TIMEOUT_MS },
    };
    const shortest = Math.min(idleTimeout, loginTimeout, dataTimeout);
    this.#ticker = setInterval(() => this.#look(), Math.min(1000, Math.max(5, shortest / 4)));
    const stop = () => void this.shutdown();
    signal?.addEventListener("abort", stop, { once: true });
    this.finished = this.#serve().finally(() => {
      signal?.removeEventListener("abort", stop);
      clearInterval(this.#ticker);
      this.#engine?.[Symbol.dispose]();
    });
    if (signal?.aborted) stop();
  }

  async shutdown(): Promise<void> {
    if (!this.#stop.signal.aborted) {
      this.#stop.abort();
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
      for (const client of this.#clients.keys()) client.cut(error, CLOSING);
    }, SHUTDOWN_TIMEOUT_MS);
    await Promise.all(this.#clients.values());
    clearTimeout(late);
  }

  #admit(conn: Deno.Conn): void {
    if ("setNoDelay" in conn && typeof conn.setNoDelay === "function") conn.setNoDelay(true);
    const client = new FtpConnection(conn, this.#host);
    const { peer } = client;
    if (this.#clients.size >= (this.#options.maxConnections ?? MAX_CONNECTIONS) && !this.#makeRoom()) {
      const error = new NetworkError(`connection from ${peer} rejected: too many connections`, {
        code: "too-many-connections",
        peer,
      });
      client.cut(error, { code: 421, text: "Too many connections" });
      return this.#report(peer, error);
    }
    const served = client.serve().finally(() => {
      this.#clients.delete(client);
    });
    this.#clients.set(client, served);
  }

  /** Closes the oldest TLS handshake, so that silent clients do not block others. */
  #makeRoom(): boolean {
    for (const client of this.#clients.keys()) {
      if (!client.inHandshake) continue;
      client.cut(clientTimeout(client.peer), CLOSING);
      return true;
    }
    return false;
  }

  #report(peer: string, error: unknown): void {
    if (this.#stop.signal.aborted) return;
    const known = error instanceof ToucanError
      ? error
      : new NetworkError(`cannot serve ${peer}`, { code: "client-failed", peer, cause: error });
    this.#options.onRefused?.({ peer, error: known });
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
  throw new UsageError("FTP requires a TCP address", { code: "invalid-address" });
}
