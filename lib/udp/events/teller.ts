import type { Address, Trace } from "../../core/mod.ts";
import { type DatagramEvent, datagramEvent, type OnDatagram, type OnDatagrams, ReceivedEvent } from "./event.ts";
import { peerName } from "../socket/peer.ts";
import type { Received } from "../socket/ring.ts";

/** Milliseconds that an event may wait for others, to be told with them. */
export const BATCH_DELAY_MS = 4;
/** Events that wait at most before who tells another one has to wait. */
const MAX_WAITING = 1024;

/** The observers. */
export interface TellerOptions {
  /**
   * Called with each event.
   * @default {undefined}
   */
  readonly onDatagram?: OnDatagram;
  /**
   * Called with batches of events.
   * @default {undefined}
   */
  readonly onDatagrams?: OnDatagrams;
  /**
   * Takes what crosses the wire.
   * @default {undefined}
   */
  readonly trace?: Trace;
}

/** Makes events with the time since it was made, and tells them. */
export class Teller {
  readonly #start = performance.now();
  readonly #options: TellerOptions;
  readonly #names = new WeakMap<Address, string>();
  #batch: DatagramEvent[] = [];
  #timer?: ReturnType<typeof setTimeout>;
  #telling?: Promise<void>;

  /** Tells these. */
  constructor(options: TellerOptions) {
    this.#options = options;
  }

  /** Milliseconds since it was made, at a time of `performance.now`. */
  ms(at: number = performance.now()): number {
    return Math.round((at - this.#start) * 100) / 100;
  }

  /** Whether there is anything to tell to. */
  get listens(): boolean {
    const { onDatagram, onDatagrams, trace } = this.#options;
    return onDatagram !== undefined || onDatagrams !== undefined || trace !== undefined;
  }

  /** Tells what became of a datagram; the bytes are copied. */
  async tell(
    event: DatagramEvent["event"],
    peer: Address,
    bytes: Uint8Array,
    why: Pick<DatagramEvent, "error" | "reason"> = {},
  ): Promise<void> {
    if (!this.listens) return;
    const { onDatagram, onDatagrams } = this.#options;
    const name = this.#nameOf(peer);
    const failed = why.error?.message ?? why.reason;
    this.#trace(event, name, bytes, failed && `${event} a datagram of ${bytes.length} bytes: ${failed}`);
    if (!onDatagram && !onDatagrams) return;
    const told = datagramEvent({ event, peer: name, bytes: bytes.slice(), ms: this.ms(), ...why });
    if (onDatagrams) {
      this.#batch.push(told);
      if (this.#batch.length >= MAX_WAITING) await this.flush();
      // Its failure is told by the next flush.
      else this.#timer ??= setTimeout(() => void this.flush()?.catch(() => {}), BATCH_DELAY_MS);
    }
    await onDatagram?.(told);
  }

  /** Tells that a datagram came. In a batch it stands with its bytes as they are, until {@link flush} has resolved. */
  received({ bytes, from, at }: Received): void | Promise<void> {
    const { onDatagram, onDatagrams, trace } = this.#options;
    if (!onDatagram && !onDatagrams && !trace) return;
    const peer = this.#nameOf(from);
    const ms = this.ms(at);
    if (trace) this.#trace("received", peer, bytes);
    if (onDatagrams) this.#batch.push(new ReceivedEvent(peer, bytes, ms));
    return onDatagram?.(datagramEvent({ event: "received", peer, bytes: bytes.slice(), ms }));
  }

  /** Tells the batch that waits. The promise, where there is one, resolves when this and those before were taken. */
  flush(): Promise<void> | undefined {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { onDatagrams } = this.#options;
    if (this.#batch.length === 0 || !onDatagrams) return this.#telling;
    const events = this.#batch;
    this.#batch = [];
    if (this.#telling) return this.#wait(this.#telling.then(() => onDatagrams(events)));
    try {
      const told = onDatagrams(events);
      if (told) return this.#wait(told);
    } catch (error) {
      return this.#wait(Promise.reject(error));
    }
  }

  /** Holds what has to be waited for; what has failed fails for good. */
  #wait(told: Promise<void>): Promise<void> {
    const telling = told.then(() => {
      if (this.#telling === telling) this.#telling = undefined;
    });
    telling.catch(() => {});
    return this.#telling = telling;
  }

  #trace(event: DatagramEvent["event"], peer: string, bytes: Uint8Array, failed?: string): void {
    const direction = event === "sent" ? ">" : event === "received" ? "<" : "*";
    this.#options.trace?.({ direction, peer, text: failed ?? new TextDecoder().decode(bytes), bytes });
  }

  #nameOf(peer: Address): string {
    const known = this.#names.get(peer);
    if (known !== undefined) return known;
    const name = peerName(peer);
    this.#names.set(peer, name);
    return name;
  }
}
