import { acceptNext } from "./accept.ts";
import { type Address, formatAddress, formatNetAddress } from "./address/address.ts";
import { type ServerAddr, serverAddr } from "./address/address_input.ts";
import { bindTcp } from "./address/bind.ts";
import { Deadline, raceSignal, type WaitOptions } from "./time/deadline.ts";
import { closeQuietly, Connection, type Security, type Transport } from "./dial/connection.ts";
import { BegunTransport, readFirst, type ReadFirstOptions } from "./dial/begun_transport.ts";
import { NetworkError, type ToucanError, UsageError } from "./errors/errors.ts";
import { fromSystem } from "./errors/system_error.ts";
import { toToucanError } from "./errors/to_toucan_error.ts";
import { serverEngine } from "./tls/server/engine.ts";
import type { ServerEngine } from "./tls/server/server_engine.ts";
import { handshakeError } from "./tls/server/handshake_failure.ts";
import type { ServerTls } from "./tls/server/options.ts";
import { bindUnix, type BoundUnix, type SocketFileOptions } from "./unix/bind_unix.ts";

/** Options of an {@link Acceptor}. */
export interface AcceptorOptions {
  /** Certificate for TLS; without it, no TLS. Requires the net permission for 127.0.0.1. */
  readonly tls?: ServerTls;
  /** Application protocols to accept in the TLS handshake (ALPN), in order of preference. */
  readonly alpn?: readonly string[];
  /** Milliseconds in which a client must complete the TLS handshake. @default 10000 */
  readonly handshakeTimeout?: number;
  /** Mode and owner of the file of a unix socket. */
  readonly socketFile?: SocketFileOptions;
}

/** Client that connected, but was not accepted. */
export interface Unaccepted {
  /** Address of the client. */
  readonly peer: string;
  /** Reason. */
  readonly error: ToucanError;
  /**
   * Resolves when its connection is closed, if it is not yet. On a TLS listener of the runtime that was passed in, a
   * connection whose handshake does not end stays open even after a close, until the client sends or disconnects. Until then it should be counted.
   */
  readonly gone?: Promise<void>;
}

/** Options of {@link Acceptor.firstBytes}. */
export interface FirstBytesOptions extends ReadFirstOptions, WaitOptions {}

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Bound listener that accepts connections; failures of single clients and short shortages do not stop it. */
export class Acceptor {
  /** Address that it listens on, as the runtime returns it. */
  readonly addr: ServerAddr;
  /** Address as text. */
  readonly address: string;
  /** Port, if there is one. */
  readonly port?: number;
  readonly #listener: Deno.Listener;
  readonly #options: AcceptorOptions;
  #engine?: ServerEngine;
  #unix?: BoundUnix<Deno.UnixListener>;
  #closed = false;
  /** Functions that cancel what clients have begun, the oldest first: a handshake, or their first data. */
  readonly #pendings = new Map<Deno.Conn, () => void>();

  /**
   * Binds to an address, or uses a bound listener.
   *
   * @throws {SystemError} `address-in-use`, `permission-denied` and the like.
   */
  constructor(address: Address | Deno.Listener, options: AcceptorOptions = {}) {
    this.#options = options;
    this.#listener = "accept" in address ? address : this.#bind(address);
    const addr = this.addr = this.#unix
      ? { transport: "unix", path: this.#unix.path }
      : serverAddr(this.#listener.addr);
    this.address = formatNetAddress(addr);
    this.port = "port" in addr ? addr.port : undefined;
  }

  #bind(address: Address): Deno.Listener {
    const { tls, alpn } = this.#options;
    try {
      if (address.transport === "unix") {
        if (tls) throw new UsageError("a unix socket cannot be combined with TLS");
        const open = (path: string) => Deno.listen({ transport: "unix", path });
        this.#unix = bindUnix(address.path, open, this.#options.socketFile);
        return this.#unix.socket;
      }
      if (tls) this.#engine = serverEngine(tls, alpn);
      return bindTcp(address);
    } catch (error) {
      this.#engine?.[Symbol.dispose]();
      throw fromSystem(error, { doing: "listen on", what: formatAddress(address) });
    }
  }

  /** Whether {@link admit} does a TLS handshake on each connection of a listener without TLS. */
  get tls(): boolean {
    return this.#engine !== undefined;
  }

  /** Returns the next client, before its handshake; undefined once closed. */
  async accept(): Promise<Deno.Conn | undefined> {
    return await acceptNext(this.#listener, () => this.#closed);
  }

  /** Completes the connection of a client, with a TLS handshake if there is one. `first` is what was read from it already. */
  async admit(conn: Deno.Conn, signal?: AbortSignal, first?: Uint8Array): Promise<Connection | Unaccepted> {
    const engine = this.#engine;
    if (!engine && !("handshake" in conn)) return this.plain(conn);
    const facts = this.#facts(conn);
    const { peer } = facts;
    const timeout = this.#options.handshakeTimeout ?? HANDSHAKE_TIMEOUT_MS;
    using deadline = new Deadline({ signal, timeout }, `TLS handshake with ${peer}`);
    const over = this.#pending(conn, deadline, `TLS handshake with ${peer}`);
    let gone: Promise<void> | undefined;
    try {
      if (engine) {
        const begun = first ? new BegunTransport(conn, first) : conn;
        const { transport, alpn, certificate, fingerprint } = await engine.secure(begun, over.signal, peer);
        const security: Security = { verified: certificate ? "authority" : "nothing", alpn, certificate, fingerprint };
        return new Connection(transport, { ...facts, security });
      }
      const shaking = handshake(conn);
      try {
        const alpn = await raceSignal(shaking, over.signal);
        return new Connection(conn, { ...facts, security: { verified: "nothing", alpn } });
      } catch (error) {
        if (over.signal.aborted) gone = untilSettled(shaking, conn, signal);
        else closeQuietly(conn);
        throw error;
      }
    } catch (error) {
      return { peer, error: handshakeError(error, peer), gone };
    } finally {
      this.#pendings.delete(conn);
    }
  }

  /**
   * Reads the first bytes of a client, from `conn` or from what is above it, until `enough` accepts them, the client closes its
   * side, or there are `limit`. Closes it when that takes longer than `timeout` milliseconds, or the signal fires first.
   */
  async firstBytes(
    conn: Deno.Conn,
    source: Pick<Transport, "read" | "close">,
    options: FirstBytesOptions,
  ): Promise<Uint8Array | Unaccepted> {
    const { peer } = this.#facts(conn);
    using deadline = new Deadline(options, `first data of ${peer}`);
    const over = this.#pending(conn, deadline, `connection of ${peer}`);
    try {
      return await raceSignal(readFirst(source, options), over.signal);
    } catch (error) {
      closeQuietly(source);
      return { peer, error: toToucanError(fromSystem(error, { doing: "accept", what: peer })) };
    } finally {
      this.#pendings.delete(conn);
    }
  }

  /** Lets `makeRoom` cancel what is done with a client until the deadline. */
  #pending(conn: Deno.Conn, { signal }: Deadline, what: string): AbortController {
    const over = new AbortController();
    signal.addEventListener("abort", () => over.abort(signal.reason), { once: true });
    if (signal.aborted) over.abort(signal.reason);
    const { peer } = this.#facts(conn);
    this.#pendings.set(conn, () => {
      over.abort(
        new NetworkError(`${what} dropped: the limit of connections is reached`, {
          code: "too-many-connections",
          peer,
        }),
      );
    });
    return over;
  }

  /**
   * Makes room when the maximum number of connections is reached: cancels the oldest handshake in progress, or wait for first
   * data (of those that `from` selects), so that silent clients do not block others. Returns false if there is none.
   */
  makeRoom(from: (conn: Deno.Conn) => boolean = () => true): boolean {
    for (const [conn, cut] of this.#pendings) {
      if (!from(conn)) continue;
      this.#pendings.delete(conn);
      cut();
      return true;
    }
    return false;
  }

  /** Returns the connection of a client without a handshake. */
  plain(conn: Deno.Conn): Connection {
    return new Connection(conn, this.#facts(conn));
  }

  #facts(conn: Deno.Conn): { peer: string; remote: string; local: string } {
    // A client of a unix socket has no address of its own.
    const peer = "path" in conn.remoteAddr ? this.address : formatNetAddress(conn.remoteAddr);
    return { peer, remote: peer, local: this.address };
  }

  /** Stops listening, and removes its unix socket, unless another file has replaced it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#unix) this.#unix.close();
    else closeQuietly(this.#listener);
    this.#engine?.[Symbol.dispose]();
  }
}

/** Closes a connection when its handshake has ended, or the signal fires. */
async function untilSettled(shaking: Promise<unknown>, conn: Deno.Conn, signal?: AbortSignal): Promise<void> {
  const close = () => closeQuietly(conn);
  signal?.addEventListener("abort", close, { once: true });
  await shaking.catch(() => {});
  signal?.removeEventListener("abort", close);
  close();
}

async function handshake(conn: Deno.Conn): Promise<string | undefined> {
  if (!("handshake" in conn) || typeof conn.handshake !== "function") return undefined;
  const info: Deno.TlsHandshakeInfo = await conn.handshake();
  return info.alpnProtocol ?? undefined;
}
