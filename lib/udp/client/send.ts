import {
  type Address,
  type AddressInput,
  formatAddress,
  formatDuration,
  ipVersion,
  raceSignal,
  removeStaleSocket,
  sendingHost,
  TimeoutError,
  toAddress,
  ToucanError,
  type Trace,
  UsageError,
  type WaitOptions,
} from "../../core/mod.ts";
import { type DatagramEvent, datagramEvent, type OnDatagram } from "../events/event.ts";
import { BUFFER_SIZE } from "../socket/limits.ts";
import { DatagramPacer, type PaceOptions } from "./pace.ts";
import { payloadBytes, type Payloads } from "./payload.ts";
import { isMany, isSamePeer, peerName } from "../socket/peer.ts";
import { Receiver } from "../socket/receiver.ts";
import type { Received } from "../socket/ring.ts";
import { DatagramSocket } from "../socket/socket.ts";
import { findTarget } from "./target.ts";
import { EventReporter } from "../events/reporter.ts";

/** Options of {@link sendDatagrams}; `timeout` limits the lookup of the name. */
export interface SendOptions extends WaitOptions, PaceOptions {
  /** Payloads of the datagrams, in order: texts or bytes. */
  readonly payloads: Payloads;
  /**
   * IP version; restricts the addresses of a name.
   * @default {undefined}
   */
  readonly family?: 4 | 6;
  /**
   * Source address; for a group it also selects the interface. Without it, any address and a free port.
   * @default {undefined}
   */
  readonly from?: AddressInput;
  /**
   * Milliseconds to wait for replies after the last datagram. Without it, replies are not awaited.
   * @default {undefined}
   */
  readonly wait?: number;
  /**
   * Number of replies after which waiting stops. Without it, the number of datagrams sent; for a group or broadcast
   * all replies that arrive in time.
   * @default {undefined}
   */
  readonly replies?: number;
  /**
   * Called with each datagram that was sent or failed, and each reply.
   * @default {undefined}
   */
  readonly onDatagram?: OnDatagram;
  /**
   * Receives trace events.
   * @default {undefined}
   */
  readonly trace?: Trace;
}

/** Result of {@link sendDatagrams}. */
export interface SendReport {
  /** Address that the datagrams were sent to. */
  readonly peer: string;
  /** Number of datagrams sent; whether they arrived is unknown. */
  readonly sent: number;
  /** Number of datagrams that could not be sent. */
  readonly failed: number;
  /** Error of the first of those. */
  readonly error?: ToucanError;
  /** Number of replies from the peer. */
  readonly replies: number;
  /** First replies, up to 1 MiB in total. */
  readonly received: readonly DatagramEvent[];
  /** Number of replies expected, if known. */
  readonly expected?: number;
  /** Number of datagrams from other addresses, which were ignored. */
  readonly strangers: number;
}

/**
 * Sends datagrams to an address, and waits for replies when `wait` is given. Only datagrams from that address and port
 * count as replies (for a group or broadcast, from any host); others are ignored. When a datagram cannot be sent,
 * `onDatagram` is called with the error and the next one is sent.
 *
 * Permissions: `--unstable-net` and `--allow-net=HOST:PORT,0.0.0.0:0` (for a peer on this machine `127.0.0.1:0` instead
 * of `0.0.0.0:0`, for IPv6 `[::]:0` and `[::1]:0`; for a name also `--allow-net=HOST`, and the address); for a unix
 * socket also `--allow-read` and `--allow-write` of its folder, since the sender binds to a path of its own next to the
 * peer's to receive replies.
 *
 * @param address The address of the receiver.
 * @returns The totals.
 * @throws {UsageError} When `from` and the address are of different families.
 * @throws {NetworkError} `name-not-found` and the like.
 * @throws {TimeoutError} `no-reply` when no reply was received in time. A lost datagram, a port on which nothing
 * listens and a peer that does not reply cannot be told apart.
 * @example Send a datagram
 * ```ts
 * import { echoDatagrams, sendDatagrams } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await echoDatagrams("127.0.0.1:0");
 * const { sent, received } = await sendDatagrams(server.addr, { payloads: ["hello"], wait: 5000 });
 * assertEquals([sent, received.map(({ text }) => text)], [1, ["hello"]]);
 * ```
 */
export async function sendDatagrams(address: AddressInput, options: SendOptions): Promise<SendReport> {
  const { signal, timeout, family } = options;
  signal?.throwIfAborted();
  const to = await findTarget(toAddress(address), { signal, timeout, family });
  const from = options.from === undefined
    ? undefined
    : await findTarget(toAddress(options.from, { anyPort: true }), { signal, timeout });
  if (from && familyOf(from) !== familyOf(to)) {
    throw new UsageError(
      `${formatAddress(to)} cannot be reached from ${formatAddress(from)}: different address families`,
    );
  }
  if (from?.transport === "unix") await removeStaleSocket(from.path, "datagram");
  using socket = new DatagramSocket(from ?? anyLocalAddress(to), { doing: "send from" });
  const abort = () => socket.close();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await raceSignal(new Sending(socket, to, options).run(), signal);
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** Returns what two addresses must have in common to reach each other. */
function familyOf(address: Address): 4 | 6 | "unix" | undefined {
  return address.transport === "unix" ? "unix" : ipVersion(address.host);
}

/** Returns a wildcard or free local address from which a peer can be reached. */
function anyLocalAddress(to: Address): Address {
  if (to.transport === "unix") return { transport: "unix", path: `${to.path}.${crypto.randomUUID().slice(0, 8)}` };
  return { transport: "ip", host: sendingHost(to.host), port: 0 };
}

/** Maximum size of the replies in a report. */
const MAX_RECEIVED_BYTES = 1 << 20;

class Sending {
  readonly #socket: DatagramSocket;
  readonly #to: Address;
  readonly #options: SendOptions;
  readonly #reporter: EventReporter;
  readonly #received: DatagramEvent[] = [];
  #room = MAX_RECEIVED_BYTES;
  #sent = 0;
  #failed = 0;
  #error?: ToucanError;
  #replies = 0;
  #strangers = 0;
  #expected?: number;

  constructor(socket: DatagramSocket, to: Address, options: SendOptions) {
    this.#socket = socket;
    this.#to = to;
    this.#options = options;
    this.#reporter = new EventReporter(options);
    this.#expected = options.replies;
  }

  async run(): Promise<SendReport> {
    const { wait } = this.#options;
    // The runtime's unix socket cannot send and receive at once: its replies wait in the system's buffer.
    const early = wait === undefined || this.#to.transport === "unix" ? undefined : this.#collect();
    const sending = this.#send();
    // A handler of replies may fail; then no more datagrams are sent.
    await (early ? Promise.race([sending, early.then(() => sending)]) : sending);
    if (wait !== undefined && this.#sent > 0) await this.#wait(wait, early ?? this.#collect());
    this.#options.signal?.throwIfAborted();
    return {
      peer: peerName(this.#to),
      ...{ sent: this.#sent, failed: this.#failed, error: this.#error },
      ...{ replies: this.#replies, received: this.#received },
      ...{ expected: wait === undefined ? undefined : this.#expected, strangers: this.#strangers },
    };
  }

  async #send(): Promise<void> {
    const { payloads, signal } = this.#options;
    const pacer = new DatagramPacer(this.#options);
    for await (const bytes of payloadBytes(payloads)) {
      await pacer.wait(bytes.length, signal);
      signal?.throwIfAborted();
      try {
        await this.#socket.send(bytes, this.#to);
      } catch (error) {
        signal?.throwIfAborted();
        // A permission that is denied for one datagram is denied for all.
        if (!(error instanceof ToucanError) || error.code === "permission-missing") throw error;
        this.#failed++;
        this.#error ??= error;
        await this.#reporter.report("failed", this.#to, bytes, { error });
        continue;
      }
      this.#sent++;
      await this.#reporter.report("sent", this.#to, bytes);
    }
    if (!isMany(this.#to)) this.#expected ??= this.#sent;
  }

  #collect(): Promise<void> {
    const { transport } = this.#to;
    return new Receiver(this.#socket, {
      ring: { largest: BUFFER_SIZE[transport] },
      sequential: transport === "unix",
      handle: (received) => this.#take(received),
    }).run();
  }

  #take(got: Received): boolean | Promise<boolean> {
    if (!isMany(this.#to) && !isSamePeer(got.from, this.#to)) {
      this.#strangers++;
      const reported = this.#reporter.report("ignored", got.from, got.bytes, {
        reason: "the source is another address",
      });
      return reported.then(() => true);
    }
    this.#replies++;
    this.#keep(got);
    const reported = this.#reporter.received(got);
    return reported ? reported.then(() => !this.#hasEnough()) : !this.#hasEnough();
  }

  #keep({ from, bytes, at }: Received): void {
    this.#room -= bytes.length;
    if (this.#room < 0) return;
    const ms = this.#reporter.ms(at);
    this.#received.push(datagramEvent({ event: "received", peer: peerName(from), bytes: bytes.slice(), ms }));
  }

  #hasEnough(): boolean {
    return this.#expected !== undefined && this.#replies >= this.#expected;
  }

  async #wait(wait: number, collected: Promise<void>): Promise<void> {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(wait, 2 ** 31 - 1));
    if (!this.#hasEnough()) await Promise.race([over, collected]);
    clearTimeout(timer);
    this.#socket.close();
    await collected;
    if (this.#replies > 0 || this.#options.signal?.aborted) return;
    const peer = peerName(this.#to);
    const others = this.#strangers === 0 ? "" : `; ${this.#strangers} datagrams from other addresses were ignored`;
    throw new TimeoutError(`no reply from ${peer} within ${formatDuration(wait)}${others}`, {
      code: "no-reply",
      operation: "send",
      phase: "first-byte",
      peer,
      hint: "the datagram or its reply may be lost, nothing may listen on the port, or the peer may not reply",
    });
  }
}
