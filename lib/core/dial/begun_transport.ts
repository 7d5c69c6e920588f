import { concat } from "../../deps/std/bytes.ts";
import type { Transport } from "./connection.ts";

/** Options of {@link readFirst}. */
export interface ReadFirstOptions {
  /** Returns whether the bytes are enough. */
  readonly enough: (bytes: Uint8Array) => boolean;
  /** Maximum number of bytes. */
  readonly limit: number;
}

/** Reads until the bytes are enough, there are `limit`, or the peer has closed its side. */
export async function readFirst(
  source: Pick<Transport, "read">,
  { enough, limit }: ReadFirstOptions,
): Promise<Uint8Array> {
  const buffer = new Uint8Array(limit);
  let held: Uint8Array = new Uint8Array();
  while (held.length < limit && !enough(held)) {
    const count = await source.read(buffer.subarray(0, limit - held.length));
    if (count === null) break;
    held = concat([held, buffer.subarray(0, count)]);
  }
  return held;
}

/** Transport of which the first bytes were read already: its reads return them first. */
export class BegunTransport implements Transport {
  readonly #transport: Transport;
  #first?: Uint8Array;

  /** Puts the bytes back. */
  constructor(transport: Transport, first: Uint8Array) {
    this.#transport = transport;
    if (first.length > 0) this.#first = first;
  }

  /** Reads some bytes; null when the peer has closed its side. */
  read(into: Uint8Array): Promise<number | null> {
    const first = this.#first;
    if (!first) return this.#transport.read(into);
    const count = Math.min(first.length, into.length);
    into.set(first.subarray(0, count));
    this.#first = count < first.length ? first.subarray(count) : undefined;
    return Promise.resolve(count);
  }

  /** Writes some of the bytes and returns their number. */
  write(bytes: Uint8Array): Promise<number> {
    return this.#transport.write(bytes);
  }

  /** Closes the sending side; the peer can still send. */
  closeWrite(): Promise<void> {
    return this.#transport.closeWrite();
  }

  /** Closes the connection. */
  close(): void {
    this.#transport.close();
  }
}
