import { closeQuietly, type HostPort, isUnreachable, plainIP, sendingHost } from "../../../core/mod.ts";
import { type ChannelOptions, noAnswer, traceIgnored } from "./channel.ts";
import { random16 } from "./random.ts";
import { idOf } from "./sent_query.ts";
import { type Waiting, WaitingQueries } from "./waiting.ts";

/** No datagram is longer, whatever was asked for. */
const MAX_DATAGRAM_BYTES = 65_535;
/** Buffers of closed sockets, for those to come: short-lived sockets would leave megabytes of them until memory is collected. */
const FREE_BUFFERS: Uint8Array<ArrayBuffer>[] = [];
const MAX_FREE_BUFFERS = 32;

/** Reply whose question differs from the query in the case of letters only: of a server that changes it, or forged. */
export class CaseDiffers extends Error {
  override readonly name: string = "CaseDiffers";
  /** Only {@link UdpChannel.ask} can verify it. */
  readonly askAgain = true;

  constructor(readonly reply: Uint8Array) {
    super("the question differs in case");
  }
}

/** A UDP socket on a port that the system chose at random, for queries to one server. */
export class UdpSocket {
  /** Number of queries sent. */
  sent = 0;
  readonly #server: HostPort;
  readonly #options: ChannelOptions;
  readonly #socket: Deno.DatagramConn;
  readonly #to: Deno.NetAddr;
  readonly #plainHost: string;
  readonly #waiting: WaitingQueries;
  /** One buffer for all datagrams: a new one for each would cost more than the rest of the work. */
  readonly #buffer = FREE_BUFFERS.pop() ?? new Uint8Array(MAX_DATAGRAM_BYTES);
  #ignored = 0;
  #retired = false;

  /** Opens a socket. */
  constructor(server: HostPort, options: ChannelOptions) {
    this.#server = server;
    this.#options = options;
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname: sendingHost(server.host), port: 0 });
    this.#to = { transport: "udp", hostname: server.host, port: server.port };
    this.#plainHost = plainIP(server.host);
    this.#waiting = new WaitingQueries(() => this.#late());
    this.#receive();
  }

  /** Number of queries that wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** An id that no other query of this socket has. */
  freeId(): number {
    let id = random16();
    while (this.#waiting.has(id)) id = random16();
    return id;
  }

  /** Sends a query, which then waits. */
  send(waiting: Waiting): void {
    this.sent++;
    this.#waiting.add(waiting);
    this.#socket.send(waiting.sent.bytes, this.#to).catch((error) => {
      // An error that any machine can send says nothing: whether the server runs is found out over TCP.
      if (!isUnreachable(error) && this.#waiting.delete(waiting)) waiting.reject(error);
    });
  }

  /** Stops waiting for a query, and returns the number of datagrams that were ignored. */
  forget(waiting: Waiting): number {
    this.#waiting.delete(waiting);
    this.#closeIfRetired();
    return this.#ignored;
  }

  /** Closes the socket once no query waits. */
  retire(): void {
    this.#retired = true;
    this.#closeIfRetired();
  }

  /** Closes the socket; queries that wait are rejected. */
  close(reason: unknown): void {
    this.#retired = true;
    closeQuietly(this.#socket);
    this.#waiting.fail(reason);
  }

  #closeIfRetired(): void {
    if (this.#retired && this.#waiting.size === 0) closeQuietly(this.#socket);
  }

  #late(): unknown {
    queueMicrotask(() => this.#closeIfRetired());
    return noAnswer(this.#options.peer, this.#ignored);
  }

  async #receive(): Promise<void> {
    await this.#receiveAll();
    // No receive writes to it any more, and replies are copied as they come.
    if (FREE_BUFFERS.length < MAX_FREE_BUFFERS) FREE_BUFFERS.push(this.#buffer);
  }

  async #receiveAll(): Promise<void> {
    while (true) {
      let received: [Uint8Array, Deno.Addr];
      try {
        received = await this.#socket.receive(this.#buffer);
      } catch (error) {
        if (isUnreachable(error)) continue;
        // Closed, or of no further use.
        this.#waiting.fail(error);
        return;
      }
      this.#take(received[0], received[1]);
      if (this.#retired && this.#waiting.size === 0) return this.#closeIfRetired();
    }
  }

  #take(bytes: Uint8Array, from: Deno.Addr): void {
    const waiting = this.#waiting.get(idOf(bytes));
    const verdict = !this.#isServer(from)
      ? "it is from another address"
      : waiting
      ? waiting.sent.judge(bytes)
      : bytes.length < 12
      ? "not a DNS message"
      : "the id differs";
    if (waiting && verdict === "response") {
      this.#waiting.delete(waiting);
      waiting.resolve(bytes);
    } else if (waiting && verdict === "case-differs") {
      this.#waiting.delete(waiting);
      waiting.reject(new CaseDiffers(bytes.slice()));
    } else {
      this.#ignored++;
      if (this.#options.trace) traceIgnored(this.#options, bytes, verdict, "datagram");
      // A flood of datagrams would leave the timer no chance.
      this.#waiting.sweepDue();
    }
  }

  #isServer(from: Deno.Addr): boolean {
    if (from.transport !== "udp" || from.port !== this.#server.port) return false;
    return from.hostname === this.#plainHost || plainIP(from.hostname) === this.#plainHost;
  }
}
