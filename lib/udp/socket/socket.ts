import {
  type Address,
  bindUnix,
  type BindUnixOptions,
  type BoundUnix,
  closeQuietly,
  formatAddress,
  fromSystem,
  type HostPort,
  requireUnstable,
  type ServerAddr,
  serverAddr,
  SystemError,
  ToucanError,
} from "../../core/mod.ts";
import { requireFits } from "./limits.ts";
import { fromRuntime, peerName, toRuntime } from "./peer.ts";
import type { DatagramSource } from "./receiver.ts";

/** Options of a {@link DatagramSocket}. */
export interface SocketOptions {
  /** Whether other sockets on this machine may listen on the same port: for groups. */
  readonly shared?: boolean;
  /** Operation for error messages. @default "listen on" */
  readonly doing?: string;
  /** Mode and owner of the file of a unix socket, and whether it sends. */
  readonly socketFile?: BindUnixOptions;
}

/** Maximum number of peers in the cache of addresses. */
const MAX_PEERS = 1024;

/** Socket for datagrams, UDP or unix. */
export class DatagramSocket implements DatagramSource, Disposable {
  /** Address that it is bound to. */
  readonly local: Address;
  /** Address as the runtime returns it. */
  readonly addr: ServerAddr;
  readonly #conn: Deno.DatagramConn;
  readonly #unix?: BoundUnix<Deno.DatagramConn>;
  #closed = false;
  /** Addresses of recent peers, by host and port, so that each is converted once. */
  readonly #known = new Map<number, { readonly hostname: string; readonly peer: Address }>();

  /**
   * Opens a socket at an IP address or path.
   *
   * @throws {SystemError} `address-in-use`, `unstable-missing` and the like.
   */
  constructor(at: Address, options: SocketOptions = {}) {
    requireUnstable(Deno.listenDatagram, "datagrams");
    const { doing = "listen on", socketFile } = options;
    if (at.transport === "unix") {
      this.#unix = bindUnix(at.path, openUnix, { named: true, doing, ...socketFile });
      this.#conn = this.#unix.socket;
      this.addr = { transport: "unixpacket", path: this.#unix.path };
    } else {
      this.#conn = openUdp(at, doing, options.shared);
      this.addr = serverAddr(this.#conn.addr);
    }
    this.local = fromRuntime(this.addr);
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Receives the next datagram into a buffer; rejects once the socket is closed, and when a peer or a shortage of memory makes one call
   * fail. Under a flood the runtime runs timers and signals once in 128 datagrams.
   */
  receive(into: Uint8Array<ArrayBuffer>): Promise<[Uint8Array<ArrayBuffer>, Deno.Addr]> {
    return this.#conn.receive(into);
  }

  /**
   * Sends a datagram.
   *
   * @throws {UsageError} `too-large`, before anything is sent.
   * @throws {NetworkError} `network-unreachable` and the like.
   */
  async send(bytes: Uint8Array, to: Address): Promise<void> {
    requireFits(bytes.length, to);
    try {
      await this.#conn.send(bytes, toRuntime(to));
    } catch (error) {
      throw failure(error, "send to", to);
    }
  }

  /** Methods to join a group; see `joinGroup`. */
  get multicast(): Pick<Deno.DatagramConn, "joinMulticastV4" | "joinMulticastV6"> {
    return this.#conn;
  }

  /** Closes the socket, and removes its path. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#unix) this.#unix.close();
    else closeQuietly(this.#conn);
  }

  /** Closes the socket. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Converts an address of the runtime; returns the same object for the same peer while it is remembered. */
  peerOf(addr: Deno.Addr): Address {
    if (!("hostname" in addr)) return fromRuntime(addr);
    const { hostname, port } = addr;
    const known = this.#known.get(port);
    if (known?.hostname === hostname) return known.peer;
    const peer = fromRuntime(addr);
    if (this.#known.size >= MAX_PEERS) this.#known.clear();
    this.#known.set(port, { hostname, peer });
    return peer;
  }
}

function openUdp(at: HostPort, doing: string, shared = false): Deno.DatagramConn {
  try {
    return Deno.listenDatagram({
      transport: "udp",
      hostname: at.host,
      port: at.port,
      reuseAddress: shared,
      // Listeners on this machine also receive what it sends to the group.
      loopback: true,
    });
  } catch (error) {
    throw failure(error, doing, at);
  }
}

function openUnix(path: string): Deno.DatagramConn {
  return Deno.listenDatagram({ transport: "unixpacket", path });
}

/** Converts an error of the runtime. */
export function failure(error: unknown, doing: string, what: Address): unknown {
  const known = fromSystem(error, { doing, what: peerName(what) });
  if (known instanceof ToucanError || !(error instanceof Error)) return known;
  // EINVAL: a link-local address without its zone, an invalid port, a path that is too long.
  return new SystemError(`cannot ${doing} ${formatAddress(what)}: invalid address`, {
    code: "invalid-address",
    operation: doing.split(" ")[0],
    peer: formatAddress(what),
    cause: error,
  });
}
