import type { ByteSource } from "../core/mod.ts";

const SMALL = 4096;

/** Received bytes that were not consumed yet: a buffer that grows on demand. */
export class Input {
  /** Holds what has come, from `start` up to `end`. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(SMALL);
  /** Where the first byte lies that was not used. */
  start = 0;
  /** Behind the last byte that has come. */
  end = 0;
  readonly #source: ByteSource;

  /** Reads from a connection, of which `first` was read already. */
  constructor(source: ByteSource, first?: Uint8Array) {
    this.#source = source;
    if (!first) return;
    this.room(first.length).set(first);
    this.end = first.length;
  }

  /** Number of received bytes that were not consumed. */
  get held(): number {
    return this.end - this.start;
  }

  /** Reads more behind what is held, with room for at least `room` bytes; false at the end of the stream. */
  async fill(room = 1): Promise<boolean> {
    const count = await this.#source.read(this.room(room));
    this.end += count ?? 0;
    return count !== null;
  }

  /** Where more can be read into, by who does that himself and adds to `end` then. */
  room(room = 1): Uint8Array<ArrayBuffer> {
    if (this.start === this.end) this.start = this.end = 0;
    if (this.bytes.length - this.end < room) this.#makeRoom(room);
    return this.end === 0 ? this.bytes : this.bytes.subarray(this.end);
  }

  /** Takes as many bytes as are there and fit. */
  take(into: Uint8Array): number {
    const count = Math.min(this.held, into.length);
    into.set(this.bytes.subarray(this.start, this.start + count));
    this.start += count;
    return count;
  }

  /** Gives a buffer that has grown back; only while nothing is held. */
  shrink(): void {
    if (this.held > 0 || this.bytes.length === SMALL) return;
    this.bytes = new Uint8Array(SMALL);
    this.start = this.end = 0;
  }

  #makeRoom(room: number): void {
    const { held } = this;
    const enough = this.bytes.length >= held + room;
    const roomy = enough ? this.bytes : new Uint8Array(Math.max(2 * this.bytes.length, held + room));
    roomy.set(this.bytes.subarray(this.start, this.end));
    this.bytes = roomy;
    this.start = 0;
    this.end = held;
  }
}
