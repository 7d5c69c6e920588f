import { concat } from "../../../deps/std/bytes.ts";
import type { LineClient } from "../../../core/mod.ts";

/** Bytes that are sent together. */
const BATCH = 64 * 1024;
const encoder = new TextEncoder();

/** Gathers responses with parts of messages, so that small ones share a write. */
export class Output {
  readonly #client: LineClient;
  #pieces: Uint8Array[] = [];
  #size = 0;

  /** Writes to a client. */
  constructor(client: LineClient) {
    this.#client = client;
  }

  /** Adds a text. */
  text(text: string): void {
    this.bytes(encoder.encode(text));
  }

  /** Adds bytes. */
  bytes(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#size += bytes.length;
  }

  /** Whether enough has gathered to be sent. */
  get full(): boolean {
    return this.#size >= BATCH;
  }

  /** Sends what has gathered; waits for a client that reads slowly. */
  async send(): Promise<void> {
    const pieces = this.#pieces;
    const size = this.#size;
    this.#pieces = [];
    this.#size = 0;
    if (size === 0) return;
    // Large pieces are not copied.
    if (size < 4 * BATCH) return await this.#client.write(concat(pieces));
    for (const piece of pieces) await this.#client.write(piece);
  }
}
