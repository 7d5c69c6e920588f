import type { ToucanError } from "../../core/mod.ts";

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

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Completes an event by its text, which is decoded only when it is asked for. */
export function datagramEvent(event: Omit<DatagramEvent, "text">): DatagramEvent {
  return {
    ...event,
    get text() {
      return decoder.decode(event.bytes);
    },
  };
}

/** A datagram that came, as one of a batch: without a closure of its own, since there may be very many. */
export class ReceivedEvent implements DatagramEvent {
  /** It came. */
  readonly event = "received";
  /** The peer. */
  readonly peer: string;
  /** What it carried. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Milliseconds since the socket was opened. */
  readonly ms: number;

  /** Makes the event. */
  constructor(peer: string, bytes: Uint8Array<ArrayBuffer>, ms: number) {
    this.peer = peer;
    this.bytes = bytes;
    this.ms = ms;
  }

  /** The same as UTF-8 text. */
  get text(): string {
    return decoder.decode(this.bytes);
  }
}

/** Takes events as they happen; the next datagram waits for it. */
export type OnDatagram = (event: DatagramEvent) => void | Promise<void>;

/**
 * Takes events in batches, in order, a few milliseconds after the first of each has happened. The bytes are valid until
 * what it returns has resolved; for later use, copy them. While its promise is pending, receiving goes on.
 */
export type OnDatagrams = (events: readonly DatagramEvent[]) => void | Promise<void>;
