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
import { replyDenied } from "./denied.ts";
import { type DatagramEvent, datagramEvent } from "../events/event.ts";
import { kernelDrops } from "./kernel_drops.ts";
import { isNamed, peerName } from "../socket/peer.ts";
import { type DatagramServer, type OpenOptions, openSocket, serve, type ServerEnd } from "./server.ts";
import type { Received } from "../socket/ring.ts";
import type { DatagramSocket } from "../socket/socket.ts";
import { findTarget } from "../client/target.ts";
import { BATCH_DELAY_MS, Teller, type TellerOptions } from "../events/teller.ts";

/** How {@link listenDatagrams} listens; `timeout` is how long nothing may come before it gives up. */
export interface ListenDatagramsOptions extends OpenOptions, TellerOptions {
  /**
   * Ends after so many datagrams, and when `replies` has ended.
   * @default {undefined}
   */
  readonly count?: number;
  /**
   * What is sent back, datagram by datagram: to whoever has spoken last, or to `to`.
   * @default {undefined}
   */
  readonly replies?: AsyncIterable<string | Uint8Array>;
  /**
   * Returns the reply to a datagram, which goes back to its sender; nothing where there is none.
   * @default {undefined}
   */
  readonly answer?: (datagram: DatagramEvent) => DatagramReply | Promise<DatagramReply>;
  /**
   * The one peer that replies go to, also before it has spoken.
   * @default {undefined}
   */
  readonly to?: AddressInput;
  /**
   * Returns the text of `/proc/net/udp` (IPv6: `udp6`), called at the end before the socket is closed: Linux counts there
   * what it dropped. The runtime reads it only with `--allow-all`.
   * @default {undefined}
   */
  readonly socketTable?: () => string | undefined;
  /**
   * Called with the report at the end, also when that is `timeout`.
   * @default {undefined}
   */
  readonly onEnd?: (report: ListenReport) => void;
}

/** What a datagram is answered with. */
export type DatagramReply = string | Uint8Array | undefined | void;

/** What {@link listenDatagrams} did. */
export interface ListenReport {
  /** Datagrams received and handled. */
  readonly received: number;
  /** Datagrams received and dropped, since {@link TellerOptions.onDatagram}, `onDatagrams` or `answer` had not returned and 32,768 (or 4 MiB) waited. */
  readonly dropped: number;
  /** Datagrams that the kernel dropped, where `socketTable` tells. */
  readonly kernelDropped?: number;
  /** Datagrams sent back. */
  readonly sent: number;
  /** Datagrams that could not be sent back. */
  readonly failed: number;
}

/**
 * Listens for datagrams, and sends others back. Who spoke last is who the network says: a source can be forged, so
 * replies that matter want `to`. Datagrams are received into a ring, and handled in order beside that. What the kernel's
 * buffer could not hold is lost; only `socketTable` tells how many.
 *
 * Permissions: `--unstable-net` and `--allow-net=HOST:PORT`; to reply `--allow-net=HOST`, without a port, since replies go to any port
 * of a client (where the sandbox denies the first reply, `finished` rejects); for a unix socket also `--allow-read=PATH` and
 * `--allow-write=PATH`.
 *
 * @throws {SystemError} `address-in-use` and the like.
 * @throws {UsageError} When the address hears none of the groups, there is no such interface, or a unix socket is to reply.
 * @example
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
    // Deno 2 answers "socket already in use" to whoever sends while it listens.
    throw new UsageError("a unix socket cannot reply while it listens", { reason: "unix-reply" });
  }
  const to = options.to === undefined ? undefined : await findTarget(toAddress(options.to), { signal: options.signal });
  return new Listening(await openSocket(address, options), options, to).serve();
}

class Listening {
  readonly #socket: DatagramSocket;
  readonly #options: ListenDatagramsOptions;
  readonly #teller: Teller;
  readonly #over = new AbortController();
  readonly #known = Promise.withResolvers<void>();
  #peer?: Address;
  #replying?: Promise<void>;
  #kernelDropped?: number;
  readonly #counted = { received: 0, sent: 0, failed: 0 };

  constructor(socket: DatagramSocket, options: ListenDatagramsOptions, to?: Address) {
    this.#socket = socket;
    this.#options = options;
    this.#teller = new Teller(options);
    if (to) this.#speaksLast(to);
  }

  serve(): DatagramServer<ListenReport> {
    const { signal, timeout, replies, onDatagrams, socketTable } = this.#options;
    if (replies) {
      this.#replying = this.#reply(replies);
      // Replies that fail as a whole end the listening.
      this.#replying.catch(() => this.#socket.close());
    }
    const server = serve(this.#socket, {
      signal,
      timeout,
      delay: onDatagrams && BATCH_DELAY_MS,
      handle: (received) => this.#take(received),
      flush: onDatagrams && (() => this.#teller.flush()),
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
    const told = this.#teller.received(received);
    const more = this.#counted.received !== count;
    if (answer && isNamed(from)) return this.#answer(answer, received, told).then(() => more);
    return told ? told.then(() => more) : more;
  }

  async #answer(
    answer: NonNullable<ListenDatagramsOptions["answer"]>,
    { from, bytes, at }: Received,
    told: void | Promise<void>,
  ): Promise<void> {
    await told;
    const about = { event: "received", peer: peerName(from), bytes: bytes.slice(), ms: this.#teller.ms(at) } as const;
    const reply = await answer(datagramEvent(about));
    if (reply !== undefined) await this.#send(toBytes(reply), from);
  }

  #speaksLast(peer: Address): void {
    this.#peer = peer;
    this.#known.resolve();
  }

  /** With enough received, what is still to be said is said; told to stop, it is not. */
  async #end({ dropped }: ServerEnd): Promise<ListenReport> {
    if (this.#options.count === undefined || this.#counted.received < this.#options.count) this.#over.abort();
    await this.#replying;
    await this.#teller.flush();
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
      return await this.#teller.tell("failed", peer, bytes, { error });
    }
    this.#counted.sent++;
    await this.#teller.tell("sent", peer, bytes);
  }
}
