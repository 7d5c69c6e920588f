import { DataDecoder, type DecodedData } from "../codec/data_decoder.ts";

const INITIAL_BYTES = 8 * 1024;
/** A buffer larger than this is not kept for the next message. */
const MAX_REUSED_BYTES = 64 * 1024;

/** A message on its way in: what came of it so far, within its limit. One serves all messages of a connection, one after the other. */
export class Incoming {
  /** Bytes that came, also those that were not kept. */
  size = 0;
  /** Whether the message was discarded for lack of space. */
  dropped = false;
  readonly #limit: number;
  #decoder = new DataDecoder((bytes) => this.#keep(bytes));
  #buffer = new Uint8Array(0);

  /** Creates a buffer for messages of at most this many bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Begins the next message. */
  begin(): void {
    this.size = 0;
    this.dropped = false;
    this.#decoder = new DataDecoder((bytes) => this.#keep(bytes));
    this.release();
  }

  /** Forgets the message; a large buffer is not kept for the next one. */
  release(): void {
    if (this.#buffer.length > MAX_REUSED_BYTES) this.#buffer = new Uint8Array(0);
  }

  /** Takes a piece of what comes. */
  push(piece: Uint8Array): DecodedData {
    return this.#decoder.push(piece);
  }

  /** Takes bytes as they are: those of BDAT are not dot-stuffed. */
  append(bytes: Uint8Array): void {
    this.#keep(bytes);
  }

  /** The message; the reader's until the next one begins. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.size);
  }

  /** Whether it has more bytes than it may. */
  get tooLarge(): boolean {
    return this.size > this.#limit;
  }

  /** Bytes that it holds in memory. */
  get held(): number {
    return this.tooLarge || this.dropped ? 0 : this.size;
  }

  /** Protocol violation in the message. */
  get fault(): DataDecoder["fault"] {
    return this.#decoder.fault;
  }

  /** Discards the message; the rest of it is ignored. */
  drop(): void {
    this.dropped = true;
    this.#buffer = new Uint8Array(0);
  }

  #keep(bytes: Uint8Array): void {
    const at = this.size;
    this.size += bytes.length;
    if (this.dropped) return;
    if (this.tooLarge) return this.#forget();
    if (this.size > this.#buffer.length) {
      const roomy = new Uint8Array(
        Math.min(Math.max(2 * this.#buffer.length, this.size, INITIAL_BYTES), Math.max(this.#limit, INITIAL_BYTES)),
      );
      roomy.set(this.#buffer.subarray(0, at));
      this.#buffer = roomy;
    }
    this.#buffer.set(bytes, at);
  }

  #forget(): void {
    this.#buffer = new Uint8Array(0);
  }
}
