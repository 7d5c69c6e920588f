import { type Address, formatAddress, formatNetAddress } from "./address.ts";
import { type ServerAddr, serverAddr } from "./address_input.ts";
import type { KeyPair } from "./certificate.ts";
import { Deadline } from "./deadline.ts";
import { closeQuietly, Connection } from "./dial/connection.ts";
import { NetworkError, TimeoutError, ToucanError, UsageError } from "./errors.ts";
import { fromSystem } from "./system_error.ts";

/** How a listener listens. */
export interface AcceptorOptions {
  /** The certificate to speak TLS with; without it plain. */
  readonly tls?: Pick<KeyPair, "cert" | "key">;
  /** The protocols offered in the TLS handshake, the best first. */
  readonly alpn?: readonly string[];
  /** Milliseconds that a client has for the TLS handshake. @default 10000 */
  readonly handshakeTimeout?: number;
}

/** A client that came but did not become a connection. */
export interface Unaccepted {
  /** Its address. */
  readonly peer: string;
  /** Why. */
  readonly error: ToucanError;
  /**
   * Resolves when its connection is over, where it is not yet: the runtime keeps a TLS connection whose handshake does not
   * end until the client goes or speaks, closed or not. Until then it should count as one.
   */
  readonly gone?: Promise<void>;
}

const HANDSHAKE_TIMEOUT = 10_000;
const BACKOFF = [5, 50, 250, 1000];

/** A bound listener: hands out connections, whatever single clients and short shortages do. */
export class Acceptor {
  /** Where it listens, as the runtime has it. */
  readonly addr: ServerAddr;
  /** Where it listens, as text. */
  readonly address: string;
  /** The port, where there is one. */
  readonly port?: number;
  readonly #listener: Deno.Listener;
  readonly #options: AcceptorOptions;
  #path?: string;
  #closed = false;

  /**
   * Binds to an address, or takes a listener that is bound.
   *
   * @throws {SystemError} `address-in-use`, `permission-denied` and the like.
   */
  constructor(address: Address | Deno.Listener, options: AcceptorOptions = {}) {
    this.#options = options;
    this.#listener = "accept" in address ? address : this.#bind(address);
    const addr = this.addr = serverAddr(this.#listener.addr);
    this.address = formatNetAddress(addr);
    this.port = "port" in addr ? addr.port : undefined;
  }

  #bind(address: Address): Deno.Listener {
    const { tls, alpn } = this.#options;
    try {
      if (address.transport === "unix") {
        if (tls) throw new UsageError("a unix socket does not go with TLS");
        const listener = Deno.listen({ transport: "unix", path: address.path });
        this.#path = address.path;
        return listener;
      }
      const { host: hostname, port } = address;
      return tls
        ? Deno.listenTls({ hostname, port, cert: tls.cert, key: tls.key, alpnProtocols: alpn && [...alpn] })
        : Deno.listen({ hostname, port });
    } catch (error) {
      throw fromSystem(error, { doing: "listen on", what: formatAddress(address) });
    }
  }

  /** The next client, its handshake still to be done; nothing once closed. */
  async accept(): Promise<Deno.Conn | undefined> {
    for (let failures = 0;; failures++) {
      try {
        return await this.#listener.accept();
      } catch {
        if (this.#closed) return undefined;
        // A client gone again, or too few descriptors for now: neither is a reason to stop listening.
        const wait = BACKOFF[Math.min(failures, BACKOFF.length - 1)];
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  /** Makes a client a connection: does the TLS handshake, where there is one. */
  async admit(conn: Deno.Conn, signal?: AbortSignal): Promise<Connection | Unaccepted> {
    if (!("handshake" in conn)) return this.plain(conn);
    const { peer, ...facts } = this.#facts(conn);
    const timeout = this.#options.handshakeTimeout ?? HANDSHAKE_TIMEOUT;
    using deadline = new Deadline({ signal, timeout }, `TLS handshake with ${peer}`);
    const shaking = handshake(conn);
    try {
      const alpn = await deadline.race(shaking);
      return new Connection(conn, { peer, ...facts, security: { verified: "nothing", alpn } });
    } catch (error) {
      const gone = error instanceof TimeoutError ? untilSettled(shaking, conn, signal) : closeQuietly(conn);
      const known = fromSystem(error, { doing: "do a TLS handshake with", what: peer });
      if (known instanceof ToucanError) return { peer, error: known, gone: gone ?? undefined };
      return {
        peer,
        error: new NetworkError(`cannot do a TLS handshake with ${peer}`, { code: "tls-handshake", cause: error }),
      };
    }
  }

  /** Makes a client a connection as it is. */
  plain(conn: Deno.Conn): Connection {
    return new Connection(conn, this.#facts(conn));
  }

  #facts(conn: Deno.Conn): { peer: string; remote: string; local: string } {
    // A client of a unix socket has no address of its own.
    const peer = "path" in conn.remoteAddr ? this.address : formatNetAddress(conn.remoteAddr);
    return { peer, remote: peer, local: this.address };
  }

  /** Stops listening, and takes its unix socket away. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeQuietly(this.#listener);
    if (this.#path === undefined) return;
    try {
      Deno.removeSync(this.#path);
    } catch {
      // Somebody else has taken it away.
    }
  }
}

/** Closes a connection when its handshake has ended after all, or nobody waits for that any more. */
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
