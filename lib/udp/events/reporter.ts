import type { Address, Trace } from "../../core/mod.ts";
import { type DatagramEvent, datagramEvent, type OnDatagram, type OnDatagrams, ReceivedEvent } from "./event.ts";
import { peerName } from "../socket/peer.ts";
import type { Received } from "../socket/ring.ts";

/** Milliseconds after the first event of a batch after which the batch is delivered. */
export const BATCH_DELAY_MS = 4;
/** Maximum number of events in a batch before a handler must catch up. */
const MAX_WAITING = 1024;

/** Handlers of datagram events. */
export interface DatagramHandlers {
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
   * Receives trace events.
   * @default {undefined}
   */
  readonly trace?: Trace;
}

/** Creates events with the time since it was created, and calls the handlers. */
export class EventReporter {
  readonly #start = performance.now();
  readonly #options: DatagramHandlers;
  readonly #names = new WeakMap<Address, string>();
  #batch: DatagramEvent[] = [];
  #timer?: ReturnType<typeof setTimeout>;
  #pending?: Promise<void>;

  /** Reports to these handlers. */
  constructor(options: DatagramHandlers) {
    this.#options = options;
  }

  /** Returns the milliseconds since it was created, at a time of `performance.now`. */
  ms(at: number = performance.now()): number {
    return Math.round((at - this.#start) * 100) / 100;
  }

  /** Whether there is a handler. */
  get hasHandlers(): boolean {
    const { onDatagram, onDatagrams, trace } = this.#options;
    return onDatagram !== undefined || onDatagrams !== undefined || trace !== undefined;
  }

  /** Reports an event; the bytes are copied. */
  async report(
    event: DatagramEvent["event"],
    peer: Address,
    bytes: Uint8Array,
    why: Pick<DatagramEvent, "error" | "reason"> = {},
  ): Promise<void> {
    if (!this.hasHandlers) return;
    const { onDatagram, onDatagrams } = this.#options;
    const name = this.#nameOf(peer);
    const failed = why.error?.message ?? why.reason;
    this.#trace(event, name, bytes, failed && `${event} a datagram of ${bytes.length} bytes: ${failed}`);
    if (!onDatagram && !onDatagrams) return;
    const reported = datagramEvent({ event, peer: name, bytes: bytes.slice(), ms: this.ms(), ...why });
    if (onDatagrams) {
      this.#batch.push(reported);
      if (this.#batch.length >= MAX_WAITING) await this.flush();
      // Its failure is reported by the next flush.
      else this.#timer ??= setTimeout(() => void this.flush()?.catch(() => {}), BATCH_DELAY_MS);
    }
    await onDatagram?.(reported);
  }

  /** Reports a received datagram. A batch holds its bytes without copying, until {@link flush} has resolved. */
  received({ bytes, from, at }: Received): void | Promise<void> {
    const { onDatagram, onDatagrams, trace } = this.#options;
    if (!onDatagram && !onDatagrams && !trace) return;
    const peer = this.#nameOf(from);
    const ms = this.ms(at);
    if (trace) this.#trace("received", peer, bytes);
    if (onDatagrams) this.#batch.push(new ReceivedEvent(peer, bytes, ms));
    return onDatagram?.(datagramEvent({ event: "received", peer, bytes: bytes.slice(), ms }));
  }

  /** Delivers the current batch. The promise, if there is one, resolves when the handlers have finished with it and all batches before. */
  flush(): Promise<void> | undefined {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { onDatagrams } = this.#options;
    if (this.#batch.length === 0 || !onDatagrams) return this.#pending;
    const events = this.#batch;
    this.#batch = [];
    if (this.#pending) return this.#wait(this.#pending.then(() => onDatagrams(events)));
    try {
      const handled = onDatagrams(events);
      if (handled) return this.#wait(handled);
    } catch (error) {
      return this.#wait(Promise.reject(error));
    }
  }

  /** Holds the promise of a handler; a failure is permanent. */
  #wait(handled: Promise<void>): Promise<void> {
    const pending = handled.then(() => {
      if (this.#pending === pending) this.#pending = undefined;
    });
    pending.catch(() => {});
    return this.#pending = pending;
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
