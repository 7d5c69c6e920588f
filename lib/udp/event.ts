import type { Address, ToucanError, Trace } from "../core/mod.ts";
import { peerName } from "./peer.ts";

/** What became of one datagram. */
export interface DatagramEvent {
  /**
   * `sent`: handed to the network, which is not delivered; `received`; `failed`: not sent, see `error`; `ignored`: came
   * and was not answered, see `reason`.
   */
  readonly event: "sent" | "received" | "failed" | "ignored";
  /** The other end: `192.0.2.7:9000`. */
  readonly peer: string;
  /** What it carried. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same as UTF-8 text; what is malformed in it is U+FFFD. */
  readonly text: string;
  /** Milliseconds since the socket was opened. */
  readonly ms: number;
  /** Why it was not sent. */
  readonly error?: ToucanError;
  /** Why it was not answered. */
  readonly reason?: string;
}

/** Completes an event by its text, which is decoded only when it is asked for. */
export function datagramEvent(event: Omit<DatagramEvent, "text">): DatagramEvent {
  return {
    ...event,
    get text() {
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(event.bytes);
    },
  };
}

/** Takes events as they happen; the next datagram waits for it. */
export type OnDatagram = (event: DatagramEvent) => void | Promise<void>;

/** Makes events with the time since it was made, and tells the trace. */
export class Teller {
  readonly #start = performance.now();
  readonly #onDatagram?: OnDatagram;
  readonly #trace?: Trace;

  /** Tells these two. */
  constructor({ onDatagram, trace }: { readonly onDatagram?: OnDatagram; readonly trace?: Trace }) {
    this.#onDatagram = onDatagram;
    this.#trace = trace;
  }

  /** Milliseconds since it was made. */
  get ms(): number {
    return Math.round((performance.now() - this.#start) * 100) / 100;
  }

  /** Whether anybody wants to know. */
  get listens(): boolean {
    return this.#onDatagram !== undefined || this.#trace !== undefined;
  }

  /** Tells what became of a datagram; the bytes are copied. */
  async tell(
    event: DatagramEvent["event"],
    peer: Address,
    bytes: Uint8Array,
    why: Pick<DatagramEvent, "error" | "reason"> = {},
  ): Promise<void> {
    if (!this.listens) return;
    const name = peerName(peer);
    const direction = event === "sent" ? ">" : event === "received" ? "<" : "*";
    const failed = why.error?.message ?? why.reason;
    const text = failed === undefined
      ? new TextDecoder().decode(bytes)
      : `${event} a datagram of ${bytes.length} bytes: ${failed}`;
    this.#trace?.({ direction, peer: name, text, bytes });
    await this.#onDatagram?.(datagramEvent({ event, peer: name, bytes: bytes.slice(), ms: this.ms, ...why }));
  }
}
