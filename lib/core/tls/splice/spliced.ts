import { closeQuietly, type Transport } from "../../dial/connection.ts";
import type { TlsVersion } from "./records.ts";
import type { Splice } from "./splice.ts";

/**
 * Bytes that may be on their way to the peer's connection when a write resolves, and that are written at once. Both together
 * fit into the buffers of loopback: the engine keeps what does not until it is called again, which may be never.
 */
const WINDOW = 256 * 1024;

/**
 * A TLS connection over a {@link Splice}, with the promises of a socket of the kernel: what was written has been taken
 * by the peer's connection, but for a little that `sent` does not count and that an end waits for, and what that connection fails with is what
 * reads and writes fail with.
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

  /** Takes over an engine whose handshake is done, and the splice beneath it. */
  constructor(engine: Transport, splice: Splice) {
    this.#engine = engine;
    this.#splice = splice;
  }

  /** The version negotiated. */
  get version(): TlsVersion | undefined {
    return this.#splice.negotiated?.version;
  }

  /** Resolves when all is closed. */
  get left(): Promise<void> {
    return this.#splice.finished;
  }

  /** Reads some bytes; null when the peer has ended its side. */
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

  /** Bytes that the peer's connection has taken. */
  get sent(): number {
    return this.#total - this.#unsent;
  }

  get #unsent(): number {
    return Math.max(0, this.#promised - this.#splice.sent);
  }

  /** Resolves when nothing more is on its way to the peer. */
  get drained(): Promise<void> {
    return this.#splice.drained;
  }

  /** Writes some of the bytes and says how many. */
  async write(bytes: Uint8Array): Promise<number> {
    // With nothing on its way all that was promised is there; messages of TLS itself may have come on top.
    if (this.#writing++ === 0) this.#promised = Math.max(this.#promised, this.#splice.sent);
    try {
      const count = await this.#engine.write(bytes.length > WINDOW ? bytes.subarray(0, WINDOW) : bytes);
      this.#promised += count;
      this.#total += count;
      if (this.#unsent > WINDOW) await this.#splice.untilSent(this.#promised - WINDOW);
      if (this.#splice.failure) throw this.#splice.failure.error;
      return count;
    } catch (error) {
      throw this.#splice.failure?.error ?? error;
    } finally {
      this.#writing--;
    }
  }

  /**
   * Ends our side; the peer's stays open. In TLS 1.2 a peer that gets our end has to end at once and drop what it still
   * wants to send (RFC 5246 §7.2.1): there ours follows the peer's.
   */
  async closeWrite(): Promise<void> {
    if (this.version === "TLSv1.2" && !this.#peerEnded) this.#endsLater = true;
    else await this.finish();
  }

  /** Ends our side at once; what the peer still wants to send may be lost. Resolves when the peer's connection has taken the end. */
  finish(): Promise<void> {
    return this.#finished ??= this.#finish();
  }

  async #finish(): Promise<void> {
    try {
      await this.#engine.closeWrite();
      await this.#splice.untilEnded();
    } catch (error) {
      throw this.#splice.failure?.error ?? error;
    }
  }

  /** Ends both. */
  close(): void {
    closeQuietly(this.#engine);
    this.#splice.close();
  }
}
