import type { Connection } from "../../core/mod.ts";
import { ByteSink } from "../codec/http2/byte_sink.ts";

/** Bytes that wait to be sent, above which a sender waits. */
const MAX_PENDING_BYTES = 128 * 1024;

/**
 * Turns of the microtask queue that a write waits for others to add to it. A TLS connection of the runtime cannot be told to send
 * small segments at once: of two writes in a row the second waits for the acknowledgement of the first, up to 40 ms.
 */
const TURNS = 24;

/** Sends frames in order; those that are added without waiting for anything go out in one write. */
export class FrameWriter {
  /** When the current write began, in the milliseconds of `performance.now()`; undefined without one. */
  writingSince?: number;
  readonly #connection: Connection;
  readonly #failed: (error: unknown) => void;
  readonly #sink = new ByteSink(4096);
  #inFlight = 0;
  #running = false;
  #closed = false;
  #waiters: (() => void)[] = [];

  /** Writes to a connection; `failed` is called once when that is not possible any more. */
  constructor(connection: Connection, failed: (error: unknown) => void) {
    this.#connection = connection;
    this.#failed = failed;
  }

  /** Number of bytes that were not sent yet. */
  get pending(): number {
    return this.#sink.length + this.#inFlight;
  }

  /** Queues bytes; never waits. */
  add(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#sink.add(bytes);
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    while (!this.#closed && this.pending > MAX_PENDING_BYTES) await this.#change();
  }

  /** Resolves when all was sent. */
  async flushed(): Promise<void> {
    while (!this.#closed && this.pending > 0) await this.#change();
  }

  /** Drops what was not sent. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  async #run(): Promise<void> {
    try {
      while (!this.#closed && this.#sink.length > 0) {
        for (let turn = 0; turn < TURNS && this.#sink.length < MAX_PENDING_BYTES; turn++) await undefined;
        const bytes = this.#sink.take();
        this.#inFlight = bytes.length;
        for (let done = 0; done < bytes.length;) {
          this.writingSince = performance.now();
          done += await this.#connection.write(bytes.subarray(done));
          this.#inFlight = bytes.length - done;
        }
        this.writingSince = undefined;
        this.#wake();
      }
    } catch (error) {
      this.#closed = true;
      this.writingSince = undefined;
      this.#failed(error);
    } finally {
      this.#running = false;
      this.#wake();
    }
  }
}
