import type { Address } from "../../core/mod.ts";

/** Received datagram. */
export interface Received {
  /** Payload: a view of the ring's buffer, valid until it is released. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Source address, which can be spoofed; the same object for the same peer while it is remembered. */
  readonly from: Address;
  /** Time of receipt, by `performance.now`: read once per datagram. */
  readonly at: number;
}

/** Limits of a {@link DatagramRing}. */
export interface RingOptions {
  /** Bytes of the largest datagram: receiving requires this much room. */
  readonly largest: number;
  /** Maximum total size of waiting datagrams in bytes. @default 4 MiB */
  readonly bytes?: number;
  /** Maximum number of waiting datagrams. @default 32768 */
  readonly datagrams?: number;
}

/**
 * Ring buffer of received datagrams, in order and of fixed size: nothing is allocated or copied for
 * a payload. Memory is committed only as far as the buffer has been filled.
 */
export class DatagramRing {
  readonly #largest: number;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #waiting: (Received | undefined)[];
  /** Offset of the next datagram. */
  #write = 0;
  /** Numbers, from the first ever, of the oldest unreleased datagram, the oldest unread one, and the next one. */
  #oldest = 0;
  #next = 0;
  #end = 0;

  /** Creates an empty ring. */
  constructor({ largest, bytes = 4 << 20, datagrams = 32_768 }: RingOptions) {
    this.#largest = largest;
    this.#buffer = new Uint8Array(bytes);
    this.#waiting = Array.from({ length: datagrams });
  }

  /** Number of unread datagrams. */
  get size(): number {
    return this.#end - this.#next;
  }

  /** Reserves room for any datagram to be received into; undefined when the ring is full. */
  reserve(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#end - this.#oldest >= this.#waiting.length) return undefined;
    const start = this.#waiting[this.#oldest % this.#waiting.length]?.bytes.byteOffset;
    const wrapped = start !== undefined && this.#write <= start;
    if (!wrapped && this.#buffer.length - this.#write < this.#largest) {
      if (start !== undefined && start < this.#largest) return undefined;
      this.#write = 0;
    } else if (wrapped && start - this.#write < this.#largest) return undefined;
    return this.#buffer.subarray(this.#write, this.#write + this.#largest);
  }

  /** Adds a datagram whose bytes start at the last reservation. */
  add(datagram: Received): void {
    this.#waiting[this.#end++ % this.#waiting.length] = datagram;
    // An empty datagram takes one byte, or a full ring would look empty.
    this.#write += Math.max(1, datagram.bytes.length);
  }

  /** Returns the next datagram; its bytes stay valid until {@link release}. */
  take(): Received | undefined {
    return this.#next < this.#end ? this.#waiting[this.#next++ % this.#waiting.length] : undefined;
  }

  /** Frees the room of all datagrams that were returned. */
  release(): void {
    for (; this.#oldest < this.#next; this.#oldest++) this.#waiting[this.#oldest % this.#waiting.length] = undefined;
  }
}
