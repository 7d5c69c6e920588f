import { Duplex } from "../../../deps/node/stream.ts";
import { closeQuietly, type Transport } from "../../dial/connection.ts";
import { writeAll } from "../../bytes/writer.ts";

const CHUNK_SIZE = 64 * 1024;

/**
 * Connection of Deno's as the stream that `node:tls` runs on. `node:tls` never stops reading by itself, however much waits to be
 * read: so the connection is read only while more data is wanted.
 */
export class RawStream extends Duplex {
  readonly #conn: Transport;
  #wanted = true;
  #asked = false;
  #written?: PromiseWithResolvers<void>;
  #peerEnded = false;
  #failure?: unknown;

  /** Wraps a connection. */
  constructor(conn: Transport) {
    super({ allowHalfOpen: true });
    this.#conn = conn;
    // The first listener: later ones can ask whether that was the end of the connection.
    this.once("end", () => this.#peerEnded = true);
    this.on("error", (error: unknown) => this.#failed(error));
  }

  /** Whether the peer has closed the connection, and all data before was passed on. */
  get peerEnded(): boolean {
    return this.#peerEnded;
  }

  /** Resolves when the system has accepted all written data; rejects when the connection failed. */
  async flushed(): Promise<void> {
    while (this.writableLength > 0 && this.#failure === undefined && !this.destroyed) {
      this.#written ??= Promise.withResolvers();
      await this.#written.promise;
    }
    if (this.#failure !== undefined) throw this.#failure;
    if (this.writableLength > 0) throw new Deno.errors.Interrupted("The connection was closed");
  }

  /** Closes the sending side of the connection. */
  async closeWrite(): Promise<void> {
    await this.flushed();
    // With both sides closed the stream ends by itself.
    if (!this.destroyed) await this.#conn.closeWrite();
  }

  /** Whether more data is wanted from the connection. @default true */
  set wanted(wanted: boolean) {
    this.#wanted = wanted;
    this.#pull();
  }

  /** Called by the stream to get bytes. */
  override _read(): void {
    this.#asked = true;
    this.#pull();
  }

  #pull(): void {
    if (!this.#asked || !this.#wanted || this.destroyed) return;
    this.#asked = false;
    const buffer = new Uint8Array(CHUNK_SIZE);
    this.#conn.read(buffer).then(
      (count) => this.push(count === null ? null : buffer.subarray(0, count)),
      (error) => this.destroy(error),
    );
  }

  /** Called by the stream to write bytes. */
  override _write(bytes: Uint8Array, _encoding: string, done: (error?: Error | null) => void): void {
    writeAll(this.#conn, bytes).then(() => done(), done).finally(() => this.#wake());
  }

  /** Called by the stream when it ends. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    closeQuietly(this.#conn);
    if (error) this.#failed(error);
    this.#wake();
    done(error);
  }

  #failed(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }

  #wake(): void {
    this.#written?.resolve();
    this.#written = undefined;
  }
}
