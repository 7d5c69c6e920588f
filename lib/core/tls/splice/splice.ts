import { closeQuietly, type Transport } from "../../dial/connection.ts";
import { writeAll } from "../../bytes/writer.ts";
import { type Negotiated, RecordMeter } from "./records.ts";

/** Options of a {@link Splice}. */
export interface SpliceOptions {
  /** Side that the ServerHello comes from. */
  readonly serverAt: "inner" | "outer";
  /** Bytes that were read from the outer connection already. */
  readonly first?: Uint8Array;
  /**
   * Whether to hold back what a server at `inner` sends behind its handshake until {@link Splice.release}: the session tickets of
   * TLS 1.3. A client that only sends may close without having read them; its system then resets the connection, and
   * discards data that is on its way.
   * @default {false}
   */
  readonly holdsTickets?: boolean;
}

const MIN_BUFFER_BYTES = 4 * 1024;
const MAX_BUFFER_BYTES = 64 * 1024;
/** Milliseconds after a close in which remaining data is sent to the peer, and the peer may close its side. */
const CLOSE_TIMEOUT_MS = 500;

/**
 * Relays the bytes of a TLS connection between the peer (`outer`) and a TLS engine of the runtime, which accepts only
 * connections to its own listener or from its own client (`inner`, the local end of a loopback connection).
 *
 * It forwards ends of stream and failures in both directions, and counts what the peer's connection has accepted, so that a
 * writer can wait for that: data in the buffers of loopback was not sent.
 */
export class Splice {
  /** Resolves when both connections are closed. */
  readonly finished: Promise<void>;
  /** Resolves when nothing more is sent to the peer: all of it was, or the connections were closed. */
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
  readonly #released = Promise.withResolvers<void>();
  /** Meter of a client whose handshake has not ended yet, while the rest of the server's output is held back behind that. */
  #holding?: { readonly client: RecordMeter };

  /** Starts relaying. */
  constructor(outer: Transport, inner: Transport, { serverAt, first, holdsTickets = false }: SpliceOptions) {
    this.#outer = outer;
    this.#inner = inner;
    if (serverAt === "outer") this.#in = new RecordMeter();
    if (holdsTickets) this.#holding = { client: new RecordMeter() };
    for (const conn of [outer, inner]) {
      if ("setNoDelay" in conn && typeof conn.setNoDelay === "function") conn.setNoDelay(true);
    }
    this.drained = this.#drain.promise;
    this.finished = Promise.all([this.#passIn(first), this.#passOut()]).then(() => this.abort());
  }

  /** Negotiated parameters, once the ServerHello has passed. */
  get negotiated(): Negotiated | undefined {
    return (this.#in ?? this.#out).negotiated;
  }

  /** Error of the peer's connection, if it failed. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Number of bytes of application data that the peer's connection has accepted. */
  get sent(): number {
    return this.#out.data;
  }

  /**
   * Resolves when the peer's connection has accepted this number of bytes of application data in total.
   *
   * @throws The error of that connection; {@link Deno.errors.Interrupted} when it was closed before.
   */
  async untilSent(total: number): Promise<void> {
    while (this.sent < total) await this.#progress();
  }

  /** Resolves when the engine has closed its side, and the peer's connection has accepted all of it; rejects likewise. */
  async untilEnded(): Promise<void> {
    while (!this.#ended) await this.#progress();
  }

  async #progress(): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    if (this.#ended || this.#aborted) throw new Deno.errors.Interrupted("The connection was closed");
    await this.#wake.promise;
  }

  /** Lets pass what was held back, and all that follows. */
  release(): void {
    this.#holding = undefined;
    this.#released.resolve();
  }

  /** For a moment sends the engine's data to the peer, and waits for the peer to close its side; then closes both. */
  close(): void {
    this.release();
    if (!this.#aborted) this.#timer ??= setTimeout(() => this.abort(), CLOSE_TIMEOUT_MS);
  }

  /** Closes both at once. */
  abort(): void {
    clearTimeout(this.#timer);
    this.release();
    this.#aborted = true;
    [this.#outer, this.#inner].forEach(closeQuietly);
    this.#drain.resolve();
    this.#notify();
  }

  #fail(error: unknown): void {
    // Failures after both are closed are a consequence of that.
    if (!this.#aborted) this.#failure ??= { error };
    this.#notify();
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  /** Relays from the engine to the peer. When the peer is gone, the engine's data is discarded, so that it does not block forever. */
  async #passOut(): Promise<void> {
    const inner = new GrowingReader(this.#inner);
    try {
      for (let bytes = await inner.read(); bytes; bytes = await inner.read()) {
        // The first encrypted message of a client of TLS 1.3 ends the handshake; all of the server's was sent before.
        if (this.#holding?.client.data && this.#out.negotiated?.version === "TLSv1.3") await this.#released.promise;
        if (!this.#failure) await this.#give(bytes);
      }
    } catch {
      // An engine that is closed with unread bytes of the peer resets its connection: the peer then misses its close_notify.
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

  /** Relays from the peer to the engine. When the engine is gone, the peer's data is discarded, so that the peer gets the engine's last data. */
  async #passIn(first?: Uint8Array): Promise<void> {
    const outer = new GrowingReader(this.#outer);
    let listening = true;
    try {
      for (let bytes = first ?? await outer.read(); bytes; bytes = await outer.read()) {
        if (this.#in && !this.#in.negotiated) this.#in.push(bytes);
        if (this.#holding?.client.data === 0) this.#holding.client.push(bytes);
        if (listening) await writeAll(this.#inner, bytes).catch(() => listening = false);
      }
    } catch (error) {
      this.#fail(error);
    }
    await this.#inner.closeWrite().catch(() => {});
  }
}

/** Reads into a buffer that grows with the data: an idle connection costs little memory. */
class GrowingReader {
  readonly #conn: Transport;
  #buffer = new Uint8Array(MIN_BUFFER_BYTES);

  constructor(conn: Transport) {
    this.#conn = conn;
  }

  async read(): Promise<Uint8Array | undefined> {
    const count = await this.#conn.read(this.#buffer);
    if (count === null) return undefined;
    const bytes = this.#buffer.subarray(0, count);
    if (count === this.#buffer.length && count < MAX_BUFFER_BYTES) this.#buffer = new Uint8Array(MAX_BUFFER_BYTES);
    return bytes;
  }
}
