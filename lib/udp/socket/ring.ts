import type { Address } from "../../core/mod.ts";

/** A datagram that came. */
export interface Received {
  /** What it carried: a view of the buffer that it was received into, valid until it is released. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The source address, which can be forged; the same object for the same peer while it speaks. */
  readonly from: Address;
  /** When, by `performance.now`: the one look at a clock that each datagram costs. */
  readonly at: number;
}

/** The bounds of a {@link DatagramRing}. */
export interface RingOptions {
  /** Bytes of the largest datagram: so much room is needed to receive any. */
  readonly largest: number;
  /** Bytes of all that wait. @default 4 MiB */
  readonly bytes?: number;
  /** Datagrams that wait. @default 32768 */
  readonly datagrams?: number;
}

/**
 * Datagrams between their receipt and their use, in order, in one buffer of fixed size: nothing is allocated or copied for
 * a payload. Memory is used as far as the buffer has been filled.
 */
export class DatagramRing {
  readonly #largest: number;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #waiting: (Received | undefined)[];
  /** Where the next datagram goes. */
  #write = 0;
  /** The oldest that is not released, the oldest that was not taken, and the one behind the last, counted from the first ever. */
  #oldest = 0;
  #next = 0;
  #end = 0;

  /** Makes an empty ring. */
  constructor({ largest, bytes = 4 << 20, datagrams = 32_768 }: RingOptions) {
    this.#largest = largest;
    this.#buffer = new Uint8Array(bytes);
    this.#waiting = Array.from({ length: datagrams });
  }

  /** Datagrams that were not taken. */
  get size(): number {
    return this.#end - this.#next;
  }

  /** Room for any datagram, to be received into; nothing when the ring is full. */
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

  /** Adds a datagram whose bytes are the beginning of what was reserved last. */
  add(datagram: Received): void {
    this.#waiting[this.#end++ % this.#waiting.length] = datagram;
    // An empty one has a place too, or a full ring would look like an empty one.
    this.#write += Math.max(1, datagram.bytes.length);
  }

  /** Takes the next datagram; its bytes stay until {@link release}. */
  take(): Received | undefined {
    return this.#next < this.#end ? this.#waiting[this.#next++ % this.#waiting.length] : undefined;
  }

  /** Frees the room of all that were taken. */
  release(): void {
    for (; this.#oldest < this.#next; this.#oldest++) this.#waiting[this.#oldest % this.#waiting.length] = undefined;
  }
}
