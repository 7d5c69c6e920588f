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
} from "../core/mod.ts";
import { BUFFER_SIZE, requireFits } from "./limits.ts";
import { fromRuntime, peerName, toRuntime } from "./peer.ts";

/** A datagram that came. */
export interface Received {
  /** What it carried, until {@link BUFFERS} more have been received. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Who sent it, as far as the network can be believed; the same object for the same peer while it speaks. */
  readonly from: Address;
  /** When, by `Date.now`: the one look at a clock that each datagram costs. */
  readonly at: number;
}

/** How {@link DatagramSocket} is opened. */
export interface SocketOptions {
  /** Whether others on this machine may listen on the same port: for groups. */
  readonly shared?: boolean;
  /** What it is opened for: the words of an error. @default "listen on" */
  readonly doing?: string;
  /** Who may use a unix socket, and whether it sends. */
  readonly socketFile?: BindUnixOptions;
}

/** Buffers that are filled in turn, so that an answer may be under way while others come; memory is used as far as it is filled. */
export const BUFFERS = 16;
/** Milliseconds of receiving without a pause after which timers and signals get their turn. */
const TURN = 50;
const BACKOFF = 50;
/** Peers that are known at once. */
const KNOWN = 1024;

/** A socket for datagrams, UDP or unix. */
export class DatagramSocket implements Disposable {
  /** Where it is bound. */
  readonly local: Address;
  /** The same as the runtime has it. */
  readonly addr: ServerAddr;
  readonly #conn: Deno.DatagramConn;
  readonly #buffers: readonly Uint8Array<ArrayBuffer>[];
  #turn = 0;
  readonly #unix?: BoundUnix<Deno.DatagramConn>;
  #paused = Date.now();
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
    this.#buffers = Array.from({ length: BUFFERS }, () => new Uint8Array(BUFFER_SIZE[at.transport]));
  }

  /** The next datagram; nothing once the socket is closed. What a peer or a shortage does to one call is passed over. */
  async receive(): Promise<Received | undefined> {
    while (!this.#closed) {
      try {
        const [bytes, from] = await this.#conn.receive(this.#buffers[this.#turn]);
        this.#turn = (this.#turn + 1) % BUFFERS;
        const at = Date.now();
        if (at - this.#paused > TURN) await this.#pause(0);
        return { bytes, from: this.#peerOf(from), at };
      } catch {
        if (!this.#closed) await this.#pause(BACKOFF);
      }
    }
    return undefined;
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

  #peerOf(addr: Deno.Addr): Address {
    if (!("hostname" in addr)) return fromRuntime(addr);
    const { hostname, port } = addr;
    const known = this.#known.get(port);
    if (known?.hostname === hostname) return known.peer;
    const peer = fromRuntime(addr);
    if (this.#known.size >= KNOWN) this.#known.clear();
    this.#known.set(port, { hostname, peer });
    return peer;
  }

  async #pause(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#paused = Date.now();
  }
}

function openUdp(at: HostPort, doing: string, shared = false): Deno.DatagramConn {
  try {
    return Deno.listenDatagram({
      transport: "udp",
      hostname: at.host,
      port: at.port,
      reuseAddress: shared,
      // Who listens for a group on this machine hears what is sent to it from here.
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
