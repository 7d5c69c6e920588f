import { ByteReader, type Connection, SharedSource } from "../../core/mod.ts";

const CHUNK_SIZE = 16 * 1024;

/** Received data of a connection, as bytes, lines or all of it; data that a call leaves, or did not wait for, is read by the next one. */
export class Incoming {
  readonly #connection: Connection;
  readonly #source: SharedSource;
  readonly #reader: ByteReader;
  #piece: Uint8Array = new Uint8Array();
  #signal?: AbortSignal;
  #ended = false;

  /** Reads from a connection. */
  constructor(connection: Connection) {
    this.#connection = connection;
    this.#source = new SharedSource({ next: () => this.#nextPiece() });
    this.#reader = new ByteReader({ read: (into) => this.#readInto(into) }, connection.peer);
  }

  /** Runs a call that reads, until the signal fires; one at a time. */
  async during<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#signal) throw new TypeError("another call is reading from this connection");
    this.#signal = signal;
    try {
      return await work();
    } finally {
      this.#signal = undefined;
    }
  }

  /** Returns the next bytes, of any number; null at the end. */
  async some(): Promise<Uint8Array | null> {
    const held = this.#reader.rest();
    if (held.length > 0) return held;
    const piece = this.#piece;
    this.#piece = new Uint8Array();
    return piece.length > 0 ? piece : await this.#source.next(this.#signal);
  }

  /** Reads some bytes into an array; null at the end. */
  async read(into: Uint8Array): Promise<number | null> {
    const held = this.#reader.take(into.length);
    if (held.length === 0) return await this.#readInto(into);
    into.set(held);
    return held.length;
  }

  /** Returns the next line without its line end, of at most `limit` bytes; the last one may lack its line end. Null at the end. */
  async line(limit: number): Promise<Uint8Array | null> {
    try {
      return await this.#reader.readLine(limit);
    } catch (error) {
      const rest = this.#ended ? this.#reader.rest() : undefined;
      if (!rest?.length) throw error;
      return rest;
    }
  }

  /** Returns all bytes up to the end, at most `limit`. */
  async upTo(limit: number): Promise<Uint8Array<ArrayBuffer>> {
    return await this.#reader.readUpTo(limit);
  }

  /** Discards all data up to the end. */
  async discard(signal: AbortSignal): Promise<void> {
    while (await this.#source.next(signal));
  }

  async #readInto(into: Uint8Array): Promise<number | null> {
    if (this.#piece.length === 0) {
      const next = await this.#source.next(this.#signal);
      if (next === null) return null;
      this.#piece = next;
    }
    const count = Math.min(into.length, this.#piece.length);
    into.set(this.#piece.subarray(0, count));
    this.#piece = this.#piece.subarray(count);
    return count;
  }

  async #nextPiece(): Promise<Uint8Array | null> {
    const buffer = new Uint8Array(CHUNK_SIZE);
    const count = await this.#connection.read(buffer);
    this.#ended = count === null;
    return count === null ? null : buffer.subarray(0, count);
  }
}
