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
import { Teller } from "../events/teller.ts";

/** How {@link sendDatagrams} sends; `timeout` is for looking the name up. */
export interface SendOptions extends WaitOptions, PaceOptions {
  /** What the datagrams carry, one after the other: texts or bytes. */
  readonly payloads: Payloads;
  /**
   * Only addresses of this family.
   * @default {undefined}
   */
  readonly family?: 4 | 6;
  /**
   * Where they are sent from; for a group that also chooses the interface.
   * @default any address, a free port
   */
  readonly from?: AddressInput;
  /**
   * Milliseconds to wait for replies after the last datagram. Without it nothing is waited for.
   * @default {undefined}
   */
  readonly wait?: number;
  /**
   * So many replies are enough.
   * @default as many as were sent; for a group or broadcast all that come in time
   */
  readonly replies?: number;
  /**
   * Called with what was sent, what failed, and each reply.
   * @default {undefined}
   */
  readonly onDatagram?: OnDatagram;
  /**
   * Takes what crosses the wire.
   * @default {undefined}
   */
  readonly trace?: Trace;
}

/** What came of {@link sendDatagrams}. */
export interface SendReport {
  /** Where they went, as an address. */
  readonly peer: string;
  /** Datagrams handed to the network: whether they arrived, nobody knows. */
  readonly sent: number;
  /** Datagrams that were not sent. */
  readonly failed: number;
  /** Why the first of those was not. */
  readonly error?: ToucanError;
  /** Replies from the peer. */
  readonly replies: number;
  /** The replies themselves, the first ones up to 1 MiB altogether. */
  readonly received: readonly DatagramEvent[];
  /** How many were expected, where that is known. */
  readonly expected?: number;
  /** Datagrams from others, which were passed over. */
  readonly strangers: number;
}

/**
 * Sends datagrams to an address, and waits for replies when asked to. A reply counts when it comes from the very
 * address and port (for a group or broadcast: from anybody); others are passed over. One datagram that cannot be sent
 * is told to `onDatagram` and does not stop those behind it.
 *
 * Permissions: `--unstable-net` and `--allow-net=HOST:PORT,0.0.0.0:0` (for a peer on this machine `127.0.0.1:0` instead of
 * `0.0.0.0:0`, for IPv6 `[::]:0` and `[::1]:0`; for a name also `--allow-net=HOST`, and the address); for a unix socket also
 * `--allow-read` and `--allow-write` of its folder, since the sender takes a path of its own beside the other to get replies.
 *
 * @throws {UsageError} When `from` is of another family than the address.
 * @throws {NetworkError} `name-not-found` and the like.
 * @throws {TimeoutError} `no-reply` when it waited and none came. That is all that can be known: a lost datagram, one
 * that nobody takes and one that nobody answers look alike.
 * @example
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
  if (from && kindOf(from) !== kindOf(to)) {
    throw new UsageError(`${formatAddress(to)} cannot be reached from ${formatAddress(from)}: that is another family`);
  }
  if (from?.transport === "unix") await removeStaleSocket(from.path, "datagram");
  using socket = new DatagramSocket(from ?? anyEnd(to), { doing: "send from" });
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

/** What two ends must have in common. */
function kindOf(address: Address): 4 | 6 | "unix" | undefined {
  return address.transport === "unix" ? "unix" : ipVersion(address.host);
}

/** Any free end of ours from which the other one can be reached. */
function anyEnd(to: Address): Address {
  if (to.transport === "unix") return { transport: "unix", path: `${to.path}.${crypto.randomUUID().slice(0, 8)}` };
  return { transport: "ip", host: sendingHost(to.host), port: 0 };
}

/** Bytes of replies that a report holds. */
const MAX_RECEIVED_BYTES = 1 << 20;

class Sending {
  readonly #socket: DatagramSocket;
  readonly #to: Address;
  readonly #options: SendOptions;
  readonly #teller: Teller;
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
    this.#teller = new Teller(options);
    this.#expected = options.replies;
  }

  async run(): Promise<SendReport> {
    const { wait } = this.#options;
    // The runtime's unix socket does one thing at a time: its replies wait in the system's buffer.
    const early = wait === undefined || this.#to.transport === "unix" ? undefined : this.#collect();
    const sending = this.#send();
    // Who takes the replies may fail; then nothing more is sent.
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
        // What the sandbox denies once it denies for all of them.
        if (!(error instanceof ToucanError) || error.code === "permission-missing") throw error;
        this.#failed++;
        this.#error ??= error;
        await this.#teller.tell("failed", this.#to, bytes, { error });
        continue;
      }
      this.#sent++;
      await this.#teller.tell("sent", this.#to, bytes);
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
      const told = this.#teller.tell("ignored", got.from, got.bytes, { reason: "it is from another address" });
      return told.then(() => true);
    }
    this.#replies++;
    this.#keep(got);
    const told = this.#teller.received(got);
    return told ? told.then(() => !this.#hasEnough()) : !this.#hasEnough();
  }

  #keep({ from, bytes, at }: Received): void {
    this.#room -= bytes.length;
    if (this.#room < 0) return;
    const ms = this.#teller.ms(at);
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
    const others = this.#strangers === 0 ? "" : `; ${this.#strangers} datagrams from others were passed over`;
    throw new TimeoutError(`no reply from ${peer} within ${formatDuration(wait)}${others}`, {
      code: "no-reply",
      operation: "send",
      phase: "first-byte",
      peer,
      hint: "a datagram that is lost, not taken, or not answered looks the same from here",
    });
  }
}
