import { type Address, isUnreachable } from "../../core/mod.ts";
import { DatagramRing, type Received, type RingOptions } from "./ring.ts";

/** Source of datagrams, in the shape of the runtime's socket: each layer between costs datagrams of a burst. */
export interface DatagramSource {
  /** Whether it is closed; then {@link receive} rejects. */
  readonly closed: boolean;
  /** Receives the next datagram into a buffer; returns the part of it that was filled, and the source. */
  receive(into: Uint8Array<ArrayBuffer>): Promise<[bytes: Uint8Array<ArrayBuffer>, from: Deno.Addr]>;
  /** Converts an address of the runtime; returns the same object for the same peer while it is remembered. */
  peerOf(addr: Deno.Addr): Address;
}

/** Milliseconds to wait after a failed call, which a peer or a shortage of memory can cause. */
const BACKOFF_MS = 50;

/** Options of a {@link Receiver}. */
export interface ReceiverOptions {
  /** Limits of the ring. */
  readonly ring: RingOptions;
  /**
   * Handles a datagram; returns false to stop. While its promise is pending, receiving continues and the ring
   * fills. The bytes are valid until it resolves, with `flush` until that has.
   */
  handle(received: Received): boolean | Promise<boolean>;
  /** Called when all datagrams received so far have been handled. */
  flush?(): void | Promise<void>;
  /** Milliseconds to wait for more datagrams, to handle them together. @default 0 */
  readonly delay?: number;
  /** Whether to stop receiving while `handle` or `flush` is pending; then the system's buffer holds new datagrams, and none is dropped here. */
  readonly sequential?: boolean;
}

/**
 * Receives datagrams into a ring, and handles them in order from there. The system's buffer
 * holds few (about 280 small ones on Linux), so each microsecond between two calls of receive costs datagrams of a burst.
 */
export class Receiver {
  readonly #source: DatagramSource;
  readonly #options: ReceiverOptions;
  readonly #ring: DatagramRing;
  #last = performance.now();
  #dropped = 0;
  #over = false;
  #closed = false;
  #timer?: ReturnType<typeof setTimeout>;
  /** Pending work on received datagrams. */
  #busy?: Promise<void>;
  /** Settles when a handler has enough, or fails. */
  readonly #ended = Promise.withResolvers<void>();

  /** Creates a receiver; it receives nothing before {@link run}. */
  constructor(source: DatagramSource, options: ReceiverOptions) {
    this.#source = source;
    this.#options = options;
    this.#ring = new DatagramRing(options.ring);
    this.#ended.promise.catch(() => {});
  }

  /** Number of datagrams that were received while the ring was full; at the end also those still in it. */
  get dropped(): number {
    return this.#dropped + (this.#closed && !this.#over ? this.#ring.size : 0);
  }

  /** Time of the last datagram, by `performance.now`; before the first one, of the creation. */
  get last(): number {
    return this.#last;
  }

  /**
   * Receives until the source is closed and all datagrams have been handled, or a handler returns false.
   * Rejects when a handler fails.
   */
  async run(): Promise<void> {
    try {
      await Promise.race([this.#receive(), this.#ended.promise]);
    } finally {
      clearTimeout(this.#timer);
    }
  }

  async #receive(): Promise<void> {
    const { ring: { largest }, delay = 0, sequential = false } = this.#options;
    const source = this.#source;
    let scratch: Uint8Array<ArrayBuffer> | undefined;
    while (!this.#over) {
      if (sequential && this.#busy) await this.#busy;
      let room = this.#ring.reserve();
      if (!room && !this.#busy) {
        this.#work();
        room = this.#ring.reserve();
      }
      if (!room && sequential) continue;
      let got;
      try {
        got = await source.receive(room ?? (scratch ??= new Uint8Array(largest)));
      } catch (error) {
        if (source.closed) break;
        if (isUnreachable(error)) continue;
        await new Promise((resolve) => setTimeout(resolve, BACKOFF_MS));
        continue;
      }
      this.#last = performance.now();
      const bytes = room ? got[0] : this.#copy(got[0]);
      if (bytes) this.#ring.add({ bytes, from: source.peerOf(got[1]), at: this.#last });
      else this.#dropped++;
      if (this.#busy || this.#over) continue;
      if (delay === 0) this.#work();
      else this.#timer ??= setTimeout(() => this.#work(), delay);
    }
    this.#closed = true;
    while (!this.#over && (this.#busy || this.#ring.size > 0)) {
      this.#work();
      await this.#busy;
    }
  }

  /** Copies a datagram that was received outside of the ring into it, if there is room now. */
  #copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
    const room = this.#ring.reserve()?.subarray(0, bytes.length);
    room?.set(bytes);
    return room;
  }

  /** Handles all waiting datagrams, unless that is in progress. */
  #work(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#busy) return;
    try {
      this.#busy = this.#step()?.finally(() => {
        this.#busy = undefined;
        if (this.#ring.size > 0 && !this.#over) this.#work();
      });
      this.#busy?.catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Handles waiting datagrams; the rest follows when a pending promise has resolved. */
  #step(): Promise<void> | undefined {
    const { handle, flush } = this.#options;
    for (let one = this.#ring.take(); one; one = this.#ring.take()) {
      const more = handle(one);
      if (typeof more !== "boolean") return more.then((more) => this.#after(more));
      if (!more) return this.#end();
      if (!flush) this.#ring.release();
    }
    const flushed = flush?.();
    if (flushed) return flushed.then(() => this.#ring.release());
    this.#ring.release();
  }

  #after(more: boolean): Promise<void> | undefined {
    if (!this.#options.flush) this.#ring.release();
    return more ? this.#step() : this.#end();
  }

  #end(): undefined {
    this.#over = true;
    this.#ended.resolve(this.#options.flush?.());
  }

  #fail(error: unknown): void {
    this.#over = true;
    this.#ended.reject(error);
  }
}
