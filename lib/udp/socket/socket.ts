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

/** How {@link DatagramSocket} is opened. */
export interface SocketOptions {
  /** Whether others on this machine may listen on the same port: for groups. */
  readonly shared?: boolean;
  /** What it is opened for: the words of an error. @default "listen on" */
  readonly doing?: string;
  /** Mode and owner of the file of a unix socket, and whether it sends. */
  readonly socketFile?: BindUnixOptions;
}

/** Peers that are known at once. */
const KNOWN = 1024;

/** A socket for datagrams, UDP or unix. */
export class DatagramSocket implements DatagramSource, Disposable {
  /** Where it is bound. */
  readonly local: Address;
  /** The same as the runtime has it. */
  readonly addr: ServerAddr;
  readonly #conn: Deno.DatagramConn;
  readonly #unix?: BoundUnix<Deno.DatagramConn>;
  #closed = false;
  /** Who has spoken from which port, so that the work of knowing a peer is done once. */
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
   * Receives the next datagram into a buffer; rejects once the socket is closed, and when a peer or a shortage makes one call
   * fail. Under a flood the runtime lets timers and signals run once in 128 datagrams.
   */
  receive(into: Uint8Array<ArrayBuffer>): Promise<[Uint8Array<ArrayBuffer>, Deno.Addr]> {
    return this.#conn.receive(into);
  }

  /**
   * Hands a datagram to the network.
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

  /** Joins a group; see `joinGroup`. */
  get multicast(): Pick<Deno.DatagramConn, "joinMulticastV4" | "joinMulticastV6"> {
    return this.#conn;
  }

  /** Closes it, and removes its path. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#unix) this.#unix.close();
    else closeQuietly(this.#conn);
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** The peer of an address of the runtime; the same object for the same peer while it speaks. */
  peerOf(addr: Deno.Addr): Address {
    if (!("hostname" in addr)) return fromRuntime(addr);
    const { hostname, port } = addr;
    const known = this.#known.get(port);
    if (known?.hostname === hostname) return known.peer;
    const peer = fromRuntime(addr);
    if (this.#known.size >= KNOWN) this.#known.clear();
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
      // Listeners on this machine receive what it sends to the group.
      loopback: true,
    });
  } catch (error) {
    throw failure(error, doing, at);
  }
}

function openUnix(path: string): Deno.DatagramConn {
  return Deno.listenDatagram({ transport: "unixpacket", path });
}

/** An error of the runtime as one of ours. */
export function failure(error: unknown, doing: string, what: Address): unknown {
  const known = fromSystem(error, { doing, what: peerName(what) });
  if (known instanceof ToucanError || !(error instanceof Error)) return known;
  // EINVAL: a link-local address without its zone, a port that is none, a path that is too long.
  return new SystemError(`cannot ${doing} ${formatAddress(what)}: the system takes no such address`, {
    code: "invalid-address",
    operation: doing.split(" ")[0],
    peer: formatAddress(what),
    cause: error,
  });
}
