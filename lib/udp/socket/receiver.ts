import type { Address } from "../../core/mod.ts";
import { DatagramRing, type Received, type RingOptions } from "./ring.ts";

/** Where datagrams come from, in the shape of the runtime's: what is between costs datagrams of a burst. */
export interface DatagramSource {
  /** Whether it is closed; then {@link receive} rejects. */
  readonly closed: boolean;
  /** Receives the next datagram into a buffer, of which the bytes are the beginning. */
  receive(into: Uint8Array<ArrayBuffer>): Promise<[bytes: Uint8Array<ArrayBuffer>, from: Deno.Addr]>;
  /** Returns an address of the runtime as an {@link Address}, the same object for the same peer while it speaks. */
  peerOf(addr: Deno.Addr): Address;
}

/** Milliseconds after a call that failed, which a peer or a shortage can cause. */
const BACKOFF_MS = 50;

/** What a {@link Receiver} does with what it receives. */
export interface ReceiverOptions {
  /** The bounds of what waits. */
  readonly ring: RingOptions;
  /**
   * Takes a datagram, and says whether there may be more. While its promise is pending, receiving goes on and the ring
   * fills. The bytes are valid until it resolves, with `flush` until that has.
   */
  handle(received: Received): boolean | Promise<boolean>;
  /** Called when the last one there was has been handled. */
  flush?(): void | Promise<void>;
  /** Milliseconds that datagrams may wait for others, to be handled with them. @default 0 */
  readonly delay?: number;
  /** Whether nothing is received while `handle` or `flush` is pending; then the system's buffer holds what comes, and nothing is dropped here. */
  readonly sequential?: boolean;
}

/**
 * Receives first, and works beside it: datagrams go into a ring, and are handled from there in order. The system's buffer
 * holds few (some 280 small ones on Linux), so each microsecond between two receives costs datagrams of a burst.
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
  /** Work on what was received, when it has to be waited for. */
  #busy?: Promise<void>;
  /** Settles when a handler wants no more, or fails. */
  readonly #ended = Promise.withResolvers<void>();

  /** Receives nothing before {@link run}. */
  constructor(source: DatagramSource, options: ReceiverOptions) {
    this.#source = source;
    this.#options = options;
    this.#ring = new DatagramRing(options.ring);
    this.#ended.promise.catch(() => {});
  }

  /** Datagrams that were received while the ring was full; at the end also those that are still in it. */
  get dropped(): number {
    return this.#dropped + (this.#closed && !this.#over ? this.#ring.size : 0);
  }

  /** When the last one came, by `performance.now`; before the first one, when the receiver was made. */
  get last(): number {
    return this.#last;
  }

  /**
   * Receives until the source is closed and all that came has been handled, or a handler has said that there is to be
   * no more. Rejects when a handler fails.
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
      } catch {
        if (source.closed) break;
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

  /** Copies what was received beside the ring into it, where there is room by now. */
  #copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
    const room = this.#ring.reserve()?.subarray(0, bytes.length);
    room?.set(bytes);
    return room;
  }

  /** Handles all that waits, unless that is under way. */
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

  /** Handles what waits; where a promise has to be waited for, the rest follows behind it. */
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
