import { createConnection, type Socket } from "../../deps/node/net.ts";
import { UsageError } from "../errors/errors.ts";
import { ipVersion } from "../address/ip.ts";
import { formatAddress, parseAddress, parsePort } from "../address/address.ts";
import { fromSystem } from "../errors/system_error.ts";
import type { Transport } from "./connection.ts";

/** Source address of connections. */
export interface SourceAddress {
  /** Local IP address; without it the system chooses. */
  readonly host?: string;
  /** Port; 0, or without it, any free one. */
  readonly port?: number;
}

/**
 * Parses `ADDR`, `ADDR:PORT`, `[V6]:PORT` or `:PORT`.
 *
 * @param text `ADDR`, `ADDR:PORT` or `:PORT`, with an IPv6 address and port as `[V6]:PORT`.
 * @returns The source address.
 * @throws {UsageError} When the text is not of that form.
 * @example Parse a source address
 * ```ts
 * import { parseSource } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseSource("192.0.2.7:0").host, "192.0.2.7");
 * ```
 */
export function parseSource(text: string): SourceAddress {
  if (text.startsWith(":") && ipVersion(text) !== 6) return { port: parsePort(text.slice(1)) };
  const address = parseAddress(text, { port: 0, anyPort: true });
  if (address.transport !== "ip" || !ipVersion(address.host)) {
    throw new UsageError(`"${text}" is not an IP address of this machine`);
  }
  return { host: address.host, port: address.port };
}

/** Addresses of the ends of a connection. */
export interface Ends {
  /** Local address. */
  readonly localAddr: Deno.NetAddr;
  /** Remote address. */
  readonly remoteAddr: Deno.NetAddr;
}

/** Connects to an address from a source address. */
export async function connectFrom(
  to: { readonly hostname: string; readonly port: number },
  from: SourceAddress,
  signal: AbortSignal,
): Promise<Transport & Ends> {
  signal.throwIfAborted();
  const { hostname: host, port } = to;
  const socket = createConnection({
    ...{ host, port, localAddress: from.host, localPort: from.port || undefined },
    ...{ allowHalfOpen: true, autoSelectFamily: false, noDelay: true },
  });
  const connected = Promise.withResolvers<void>();
  const abort = () => connected.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  socket.once("connect", connected.resolve);
  socket.once("error", (error: Error) => connected.reject(bindError(error, from)));
  try {
    await connected.promise;
    return new SocketTransport(socket, to);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Returns the error of a failed bind with the source address in its message; other errors as they are. */
function bindError(error: Error, { host, port }: SourceAddress): unknown {
  if (!error.message.startsWith("bind ")) return error;
  // The runtime reports EINVAL for an address that this machine does not have.
  const cause = /^bind (?:EINVAL|EADDRNOTAVAIL)/.test(error.message)
    ? new Deno.errors.AddrNotAvailable(error.message, { cause: error })
    : error;
  const what = host !== undefined && !port
    ? host
    : formatAddress({ transport: "ip", host: host ?? "", port: port ?? 0 });
  return fromSystem(cause, { doing: "connect from", what });
}

/** Socket of `node:net` as a transport. */
class SocketTransport implements Transport, Ends {
  readonly localAddr: Deno.NetAddr;
  readonly remoteAddr: Deno.NetAddr;
  readonly #socket: Socket;
  #held?: Uint8Array;
  #over = false;
  #error?: Error;
  #wake = Promise.withResolvers<void>();

  constructor(socket: Socket, { hostname, port }: { readonly hostname: string; readonly port: number }) {
    this.#socket = socket;
    const { localAddress = "", localPort = 0 } = socket;
    this.localAddr = { transport: "tcp", hostname: localAddress, port: localPort };
    this.remoteAddr = { transport: "tcp", hostname, port };
    const wake = () => {
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    };
    socket.on("readable", wake);
    for (const event of ["end", "close"]) socket.on(event, () => (this.#over = true, wake()));
    socket.on("error", (error: Error) => (this.#error ??= error, wake()));
  }

  async read(into: Uint8Array): Promise<number | null> {
    while (true) {
      const piece: Uint8Array | null = this.#held ?? this.#socket.read();
      if (piece) {
        const count = Math.min(piece.length, into.length);
        into.set(piece.subarray(0, count));
        this.#held = count < piece.length ? piece.subarray(count) : undefined;
        return count;
      }
      if (this.#error) throw this.#error;
      if (this.#over) return null;
      await this.#wake.promise;
    }
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.#error) throw this.#error;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#socket.write(bytes, (error?: Error | null) => error ? reject(this.#error ?? error) : resolve());
    await promise;
    return bytes.length;
  }

  async closeWrite(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.end(resolve);
    await promise;
  }

  close(): void {
    this.#socket.destroy();
  }
}
