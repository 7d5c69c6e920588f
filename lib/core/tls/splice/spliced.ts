import { closeQuietly, type Transport } from "../../dial/connection.ts";
import type { TlsVersion } from "./records.ts";
import type { Splice } from "./splice.ts";

/**
 * Number of bytes that may be on their way to the peer's connection when a write resolves, and that are written at once. Both together
 * fit into the buffers of loopback: the engine keeps the rest until it is called again, which may never happen.
 */
const WINDOW_BYTES = 256 * 1024;

/**
 * TLS connection over a {@link Splice}, with the guarantees of a socket of the kernel: written data was accepted
 * by the peer's connection, but for a little that `sent` excludes and that a close waits for, and errors of that connection are
 * the errors of reads and writes.
 */
export class SplicedTransport implements Transport {
  readonly #engine: Transport;
  readonly #splice: Splice;
  #writing = 0;
  #promised = 0;
  #total = 0;
  #peerEnded = false;
  #endsLater = false;
  #finished?: Promise<void>;

  /** Wraps an engine whose handshake is done, and the splice beneath it. */
  constructor(engine: Transport, splice: Splice) {
    this.#engine = engine;
    this.#splice = splice;
  }

  /** Version negotiated. */
  get version(): TlsVersion | undefined {
    return this.#splice.negotiated?.version;
  }

  /** Resolves when everything is closed. */
  get left(): Promise<void> {
    return this.#splice.finished;
  }

  /** Reads some bytes; null when the peer has closed its side. */
  async read(into: Uint8Array): Promise<number | null> {
    let count: number | null;
    try {
      count = await this.#engine.read(into);
    } catch (error) {
      throw this.#splice.failure?.error ?? error;
    }
    if (count === null && !this.#peerEnded) {
      this.#peerEnded = true;
      if (this.#endsLater) await this.finish().catch(() => {});
    }
    return count;
  }

  /** Number of bytes that the peer's connection has accepted. */
  get sent(): number {
    return this.#total - this.#unsent;
  }

  get #unsent(): number {
    return Math.max(0, this.#promised - this.#splice.sent);
  }

  /** Resolves when no data is on its way to the peer. */
  get drained(): Promise<void> {
    return this.#splice.drained;
  }

  /** Writes some of the bytes and returns their number. */
  async write(bytes: Uint8Array): Promise<number> {
    this.#splice.release();
    // With no data on its way, everything was sent; messages of TLS itself may be included.
    if (this.#writing++ === 0) this.#promised = Math.max(this.#promised, this.#splice.sent);
    try {
      const count = await this.#engine.write(bytes.length > WINDOW_BYTES ? bytes.subarray(0, WINDOW_BYTES) : bytes);
      this.#promised += count;
      this.#total += count;
      if (this.#unsent > WINDOW_BYTES) await this.#splice.untilSent(this.#promised - WINDOW_BYTES);
      if (this.#splice.failure) throw this.#splice.failure.error;
      return count;
    } catch (error) {
      throw this.#splice.failure?.error ?? error;
    } finally {
      this.#writing--;
    }
  }

  /**
   * Closes the sending side; the peer can still send. In TLS 1.2 a peer that receives close_notify must close at once and discard what it still
   * has to send (RFC 5246 §7.2.1): there the sending side is closed after the peer's.
   */
  async closeWrite(): Promise<void> {
    if (this.version === "TLSv1.2" && !this.#peerEnded) this.#endsLater = true;
    else await this.finish();
  }

  /** Closes the sending side at once; data that the peer still sends may be lost. Resolves when the peer's connection has accepted the end. */
  finish(): Promise<void> {
    return this.#finished ??= this.#finish();
  }

  async #finish(): Promise<void> {
    this.#splice.release();
    try {
      await this.#engine.closeWrite();
      await this.#splice.untilEnded();
    } catch (error) {
      throw this.#splice.failure?.error ?? error;
    }
  }

  /** Closes the connection. */
  close(): void {
    closeQuietly(this.#engine);
    this.#splice.close();
  }
}
