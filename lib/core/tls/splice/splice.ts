import { closeQuietly, type Transport } from "../../dial/connection.ts";
import { writeAll } from "../../bytes/writer.ts";
import { type Negotiated, RecordMeter } from "./records.ts";

/** How a {@link Splice} begins. */
export interface SpliceOptions {
  /** The end that the ServerHello comes from. */
  readonly serverAt: "inner" | "outer";
  /** Bytes that were read from the outer connection already. */
  readonly first?: Uint8Array;
}

const SMALL_BUFFER = 4 * 1024;
const LARGE_BUFFER = 64 * 1024;
/** Milliseconds after a close in which the peer gets what is on its way, and ends its side. */
const CLOSE_TIMEOUT_MS = 500;

/**
 * Passes the bytes of a TLS connection between the peer (`outer`) and a TLS engine of the runtime that takes no
 * connection of ours but only one to its own listener or from its own client (`inner`, our end of a connection over loopback).
 *
 * It passes ends of stream and failures on, both ways, and knows what the peer's connection has taken, so that whoever
 * writes can wait for that: what lies in the buffers of loopback was not sent.
 */
export class Splice {
  /** Resolves when both connections are closed. */
  readonly finished: Promise<void>;
  /** Resolves when nothing more is passed to the peer: all of it was, or the connections were closed. */
  readonly drained: Promise<void>;
  readonly #outer: Transport;
  readonly #inner: Transport;
  readonly #out = new RecordMeter();
  readonly #in?: RecordMeter;
  #failure?: { readonly error: unknown };
  #wake = Promise.withResolvers<void>();
  #ended = false;
  #aborted = false;
  #timer?: ReturnType<typeof setTimeout>;
  readonly #drain = Promise.withResolvers<void>();

  /** Begins to pass bytes. */
  constructor(outer: Transport, inner: Transport, { serverAt, first }: SpliceOptions) {
    this.#outer = outer;
    this.#inner = inner;
    if (serverAt === "outer") this.#in = new RecordMeter();
    for (const conn of [outer, inner]) {
      if ("setNoDelay" in conn && typeof conn.setNoDelay === "function") conn.setNoDelay(true);
    }
    this.drained = this.#drain.promise;
    this.finished = Promise.all([this.#passIn(first), this.#passOut()]).then(() => this.abort());
  }

  /** What was negotiated, once the ServerHello has passed. */
  get negotiated(): Negotiated | undefined {
    return (this.#in ?? this.#out).negotiated;
  }

  /** What the peer's connection failed with, if it did. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Bytes of application data that the peer's connection has taken. */
  get sent(): number {
    return this.#out.data;
  }

  /**
   * Resolves when the peer's connection has taken so many bytes of application data in all.
   *
   * @throws What that connection failed with; {@link Deno.errors.Interrupted} when it was closed before.
   */
  async untilSent(total: number): Promise<void> {
    while (this.sent < total) await this.#progress();
  }

  /** Resolves when the engine has ended its side, and the peer's connection has taken all of it; rejects likewise. */
  async untilEnded(): Promise<void> {
    while (!this.#ended) await this.#progress();
  }

  async #progress(): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    if (this.#ended || this.#aborted) throw new Deno.errors.Interrupted("The connection was closed");
    await this.#wake.promise;
  }

  /** Lets what the engine has sent reach the peer, and the peer end its side, for a moment; then closes both. */
  close(): void {
    if (!this.#aborted) this.#timer ??= setTimeout(() => this.abort(), CLOSE_TIMEOUT_MS);
  }

  /** Closes both at once. */
  abort(): void {
    clearTimeout(this.#timer);
    this.#aborted = true;
    [this.#outer, this.#inner].forEach(closeQuietly);
    this.#drain.resolve();
    this.#notify();
  }

  #fail(error: unknown): void {
    // What fails once both are closed is only the echo of that.
    if (!this.#aborted) this.#failure ??= { error };
    this.#notify();
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  /** From the engine to the peer. What the engine still sends when the peer is gone is read away, so that it does not wait for ever. */
  async #passOut(): Promise<void> {
    const inner = new GrowingReader(this.#inner);
    try {
      for (let bytes = await inner.read(); bytes; bytes = await inner.read()) {
        if (!this.#failure) await this.#give(bytes);
      }
    } catch {
      // An engine that is closed with bytes of the peer unread resets its end: the peer then misses its close_notify.
    }
    if (!this.#failure) await this.#outer.closeWrite().catch((error) => this.#fail(error));
    this.#ended = !this.#failure && !this.#aborted;
    this.#drain.resolve();
    this.#notify();
  }

  async #give(bytes: Uint8Array): Promise<void> {
    try {
      await writeAll({ write: (rest) => this.#write(rest) }, bytes);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #write(bytes: Uint8Array): Promise<number> {
    const count = await this.#outer.write(bytes);
    if (this.#in) this.#out.negotiated = this.#in.negotiated;
    this.#out.push(bytes.subarray(0, count));
    this.#notify();
    return count;
  }

  /** From the peer to the engine. What comes when the engine is gone is read away, so that the peer gets the engine's last words. */
  async #passIn(first?: Uint8Array): Promise<void> {
    const outer = new GrowingReader(this.#outer);
    let listening = true;
    try {
      for (let bytes = first ?? await outer.read(); bytes; bytes = await outer.read()) {
        if (this.#in && !this.#in.negotiated) this.#in.push(bytes);
        if (listening) await writeAll(this.#inner, bytes).catch(() => listening = false);
      }
    } catch (error) {
      this.#fail(error);
    }
    await this.#inner.closeWrite().catch(() => {});
  }
}

/** Reads into a buffer that grows with what comes: an idle connection costs little. */
class GrowingReader {
  readonly #conn: Transport;
  #buffer = new Uint8Array(SMALL_BUFFER);

  constructor(conn: Transport) {
    this.#conn = conn;
  }

  async read(): Promise<Uint8Array | undefined> {
    const count = await this.#conn.read(this.#buffer);
    if (count === null) return undefined;
    const bytes = this.#buffer.subarray(0, count);
    if (count === this.#buffer.length && count < LARGE_BUFFER) this.#buffer = new Uint8Array(LARGE_BUFFER);
    return bytes;
  }
}
