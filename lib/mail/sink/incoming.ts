import { DataDecoder, type DecodedData } from "../codec/data_decoder.ts";

/** A message on its way in: what came of it so far, within its limit. */
export class Incoming {
  /** Its pieces; none once it is too large. */
  pieces: Uint8Array[] = [];
  /** Bytes that came, also those that were not kept. */
  size = 0;
  readonly #limit: number;
  readonly #decoder: DataDecoder;

  /** Begins one that may have so many bytes. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#decoder = new DataDecoder((bytes) => this.#keep(bytes));
  }

  /** Takes a piece of what comes. */
  push(piece: Uint8Array): DecodedData {
    return this.#decoder.push(piece);
  }

  /** Whether it has more bytes than it may. */
  get tooLarge(): boolean {
    return this.size > this.#limit;
  }

  /** Whether it was given up for want of room. */
  dropped = false;

  /** Gives up what came; the rest is passed over. */
  drop(): void {
    this.dropped = true;
    this.pieces = [];
  }

  /** Bytes that it holds in memory. */
  get held(): number {
    return this.tooLarge || this.dropped ? 0 : this.size;
  }

  /** What stood in it that makes it no message. */
  get fault(): DataDecoder["fault"] {
    return this.#decoder.fault;
  }

  #keep(bytes: Uint8Array): void {
    this.size += bytes.length;
    if (this.tooLarge || this.dropped) this.pieces = [];
    // The bytes are a view of a buffer that is used again.
    else this.pieces.push(bytes.slice());
  }
}
