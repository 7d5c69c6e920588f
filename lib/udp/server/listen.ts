import {
  type Address,
  type AddressInput,
  type BoundAddr,
  LISTEN_DEFAULTS,
  raceSignal,
  toAddress,
  toBytes,
  ToucanError,
  UsageError,
} from "../../core/mod.ts";
import { replyDenied } from "./reply_denied.ts";
import { type DatagramEvent, datagramEvent } from "../events/event.ts";
import { kernelDrops } from "./kernel_drops.ts";
import { isNamed, peerName } from "../socket/peer.ts";
import { type DatagramServer, type OpenOptions, openSocket, serve, type ServerEnd } from "./server.ts";
import type { Received } from "../socket/ring.ts";
import type { DatagramSocket } from "../socket/socket.ts";
import { findTarget } from "../client/target.ts";
import { BATCH_DELAY_MS, type DatagramHandlers, EventReporter } from "../events/reporter.ts";

/** Options of {@link listenDatagrams}; `timeout` is the time without a datagram after which it fails. */
export interface ListenDatagramsOptions extends OpenOptions, DatagramHandlers {
  /**
   * Number of datagrams after which it stops, once `replies` has ended.
   * @default {undefined}
   */
  readonly count?: number;
  /**
   * Payloads to send, one datagram each: to the peer that sent last, or to `to`.
   * @default {undefined}
   */
  readonly replies?: AsyncIterable<string | Uint8Array>;
  /**
   * Returns the reply to a datagram, which is sent to its source; nothing for no reply.
   * @default {undefined}
   */
  readonly answer?: (datagram: DatagramEvent) => DatagramReply | Promise<DatagramReply>;
  /**
   * Only peer that `replies` are sent to, even before it has sent anything.
   * @default {undefined}
   */
  readonly to?: AddressInput;
  /**
   * Returns the text of `/proc/net/udp` (IPv6: `udp6`); called at the end, before the socket is closed. Linux counts there
   * what it dropped. The runtime can read it with `--allow-all` only.
   * @default {undefined}
   */
  readonly socketTable?: () => string | undefined;
  /**
   * Called with the report at the end, also after a timeout.
   * @default {undefined}
   */
  readonly onEnd?: (report: ListenReport) => void;
}

/** Reply to a datagram. */
export type DatagramReply = string | Uint8Array | undefined | void;

/** Result of {@link listenDatagrams}. */
export interface ListenReport {
  /** Number of datagrams received and handled. */
  readonly received: number;
  /** Number of datagrams received and dropped, because 32,768 (or 4 MiB) waited for {@link DatagramHandlers.onDatagram}, `onDatagrams` or `answer`. */
  readonly dropped: number;
  /** Number of datagrams that the kernel dropped, if `socketTable` has it. */
  readonly kernelDropped?: number;
  /** Number of replies sent. */
  readonly sent: number;
  /** Number of replies that could not be sent. */
  readonly failed: number;
}

/**
 * Receives datagrams, and sends replies. The source of a datagram can be spoofed: use `to` where it matters that
 * replies reach the right peer. Datagrams are received into a ring buffer and handled in order. Datagrams that do not
 * fit into the kernel's buffer are lost; only `socketTable` has their number.
 *
 * Permissions: `--unstable-net` and `--allow-net=HOST:PORT`; to reply `--allow-net=HOST`, without a port, since replies
 * go to any port of a client (if the sandbox denies the first reply, `finished` rejects); for a unix socket also
 * `--allow-read=PATH` and `--allow-write=PATH`.
 *
 * @param address The address to listen on.
 * @returns The server.
 * @throws {SystemError} `address-in-use` and the like.
 * @throws {UsageError} When the address cannot receive from one of the groups, the interface does not exist, or a unix
 * socket is to reply.
 * @example Receive a datagram
 * ```ts
 * import { listenDatagrams, sendDatagrams } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await listenDatagrams("127.0.0.1:0", { answer: ({ text }) => `you said ${text}` });
 * const { received } = await sendDatagrams(server.addr, { payloads: ["hello"], wait: 5000 });
 * assertEquals(received[0]?.text, "you said hello");
 * ```
 */
export function listenDatagrams<const At extends AddressInput>(
  address: At,
  options?: ListenDatagramsOptions,
): Promise<DatagramServer<ListenReport, BoundAddr<At>>>;
export async function listenDatagrams(
  at: AddressInput,
  options: ListenDatagramsOptions = {},
): Promise<DatagramServer<ListenReport>> {
  const address = toAddress(at, LISTEN_DEFAULTS);
  if (address.transport === "unix" && (options.replies || options.answer)) {
    // Deno 2 fails with "socket already in use" when a unix socket sends while it receives.
    throw new UsageError("a unix socket cannot send replies while it listens", { reason: "unix-reply" });
  }
  const to = options.to === undefined ? undefined : await findTarget(toAddress(options.to), { signal: options.signal });
  return new Listening(await openSocket(address, options), options, to).serve();
}

class Listening {
  readonly #socket: DatagramSocket;
  readonly #options: ListenDatagramsOptions;
  readonly #reporter: EventReporter;
  readonly #over = new AbortController();
  readonly #known = Promise.withResolvers<void>();
  #peer?: Address;
  #replying?: Promise<void>;
  #kernelDropped?: number;
  readonly #counted = { received: 0, sent: 0, failed: 0 };

  constructor(socket: DatagramSocket, options: ListenDatagramsOptions, to?: Address) {
    this.#socket = socket;
    this.#options = options;
    this.#reporter = new EventReporter(options);
    if (to) this.#speaksLast(to);
  }

  serve(): DatagramServer<ListenReport> {
    const { signal, timeout, replies, onDatagrams, socketTable } = this.#options;
    if (replies) {
      this.#replying = this.#reply(replies);
      // Replies that fail as a whole stop the server.
      this.#replying.catch(() => this.#socket.close());
    }
    const server = serve(this.#socket, {
      signal,
      timeout,
      delay: onDatagrams && BATCH_DELAY_MS,
      handle: (received) => this.#take(received),
      flush: onDatagrams && (() => this.#reporter.flush()),
      closing: () => this.#kernelDropped = kernelDrops(socketTable?.() ?? "", this.#socket.local),
      report: (end) => this.#end(end),
    });
    server.finished.catch(() => {}).finally(() => this.#over.abort());
    return server;
  }

  #take(received: Received): boolean | Promise<boolean> {
    this.#counted.received++;
    const { from } = received;
    const { answer, count } = this.#options;
    if (!this.#options.to && isNamed(from)) this.#speaksLast(from);
    const reported = this.#reporter.received(received);
    const more = this.#counted.received !== count;
    if (answer && isNamed(from)) return this.#answer(answer, received, reported).then(() => more);
    return reported ? reported.then(() => more) : more;
  }

  async #answer(
    answer: NonNullable<ListenDatagramsOptions["answer"]>,
    { from, bytes, at }: Received,
    reported: void | Promise<void>,
  ): Promise<void> {
    await reported;
    const about = { event: "received", peer: peerName(from), bytes: bytes.slice(), ms: this.#reporter.ms(at) } as const;
    const reply = await answer(datagramEvent(about));
    if (reply !== undefined) await this.#send(toBytes(reply), from);
  }

  #speaksLast(peer: Address): void {
    this.#peer = peer;
    this.#known.resolve();
  }

  /** After `count` datagrams the remaining replies are sent; after a stop they are not. */
  async #end({ dropped }: ServerEnd): Promise<ListenReport> {
    if (this.#options.count === undefined || this.#counted.received < this.#options.count) this.#over.abort();
    await this.#replying;
    await this.#reporter.flush();
    const kernelDropped = this.#kernelDropped;
    const report = { ...this.#counted, dropped, ...(kernelDropped === undefined ? {} : { kernelDropped }) };
    this.#options.onEnd?.(report);
    return report;
  }

  async #reply(replies: AsyncIterable<string | Uint8Array>): Promise<void> {
    const stop = AbortSignal.any([this.#over.signal, ...(this.#options.signal ? [this.#options.signal] : [])]);
    const iterator = replies[Symbol.asyncIterator]();
    try {
      while (true) {
        const { value: bytes, done } = await raceSignal(iterator.next(), stop);
        if (done) return;
        await raceSignal(this.#known.promise, stop);
        const peer = this.#peer;
        if (peer) await raceSignal(this.#send(toBytes(bytes), peer), stop);
      }
    } catch (error) {
      if (!stop.aborted) throw error;
    }
  }

  async #send(bytes: Uint8Array, peer: Address): Promise<void> {
    try {
      await this.#socket.send(bytes, peer);
    } catch (error) {
      if (!(error instanceof ToucanError)) throw error;
      if (error.code === "permission-missing" && this.#counted.sent === 0) throw replyDenied(error, peer);
      this.#counted.failed++;
      return await this.#reporter.report("failed", peer, bytes, { error });
    }
    this.#counted.sent++;
    await this.#reporter.report("sent", peer, bytes);
  }
}
