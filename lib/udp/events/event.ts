import type { ToucanError } from "../../core/mod.ts";

/** Event of a datagram. */
export interface DatagramEvent {
  /**
   * `sent`: handed to the network, not necessarily delivered; `received`; `failed`: not sent, see `error`; `ignored`: received
   * without a reply, see `reason`.
   */
  readonly event: "sent" | "received" | "failed" | "ignored";
  /** Address of the peer: `192.0.2.7:9000`. */
  readonly peer: string;
  /** Payload. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Payload as UTF-8 text; malformed sequences are replaced by U+FFFD. */
  readonly text: string;
  /** Milliseconds since the socket was opened. */
  readonly ms: number;
  /** Error, if it could not be sent. */
  readonly error?: ToucanError;
  /** Reason for which no reply was sent. */
  readonly reason?: string;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Completes an event with its text, which is decoded on first access. */
export function datagramEvent(event: Omit<DatagramEvent, "text">): DatagramEvent {
  return {
    ...event,
    get text() {
      return decoder.decode(event.bytes);
    },
  };
}

/** Event of a received datagram in a batch; a class instead of closures, since there may be very many. */
export class ReceivedEvent implements DatagramEvent {
  /** Type of the event. */
  readonly event = "received";
  /** Address of the peer. */
  readonly peer: string;
  /** Payload. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Milliseconds since the socket was opened. */
  readonly ms: number;

  /** Creates the event. */
  constructor(peer: string, bytes: Uint8Array<ArrayBuffer>, ms: number) {
    this.peer = peer;
    this.bytes = bytes;
    this.ms = ms;
  }

  /** Payload as UTF-8 text. */
  get text(): string {
    return decoder.decode(this.bytes);
  }
}

/** Handles each event; the next datagram waits until it returns or its promise resolves. */
export type OnDatagram = (event: DatagramEvent) => void | Promise<void>;

/**
 * Handles events in batches, in order, a few milliseconds after the first of each. The bytes are valid until
 * the returned promise has resolved; copy them for later use. While it is pending, receiving continues.
 */
export type OnDatagrams = (events: readonly DatagramEvent[]) => void | Promise<void>;
