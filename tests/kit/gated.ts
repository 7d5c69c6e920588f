import type { Transport } from "../../lib/core/mod.ts";

/** A connection whose peer accepts a number of bytes, and the rest when the test says so. */
export class Gated implements Transport {
  /** Bytes accepted so far. */
  taken = 0;
  /** Resolves when the peer has stalled. */
  readonly full: Promise<void>;
  readonly #transport: Transport;
  readonly #full = Promise.withResolvers<void>();
  readonly #open = Promise.withResolvers<void>();
  readonly #failed = Promise.withResolvers<null>();
  #left: number;

  /** Creates a connection whose peer accepts `bytes` bytes at first. */
  constructor(transport: Transport, bytes: number) {
    this.#transport = transport;
    this.#left = bytes;
    this.full = this.#full.promise;
    this.#failed.promise.catch(() => {});
    this.#open.promise.catch(() => {});
  }

  /** Accepts everything from now on. */
  open(): void {
    this.#left = Infinity;
    this.#open.resolve();
  }

  /** Ends as if the peer had closed its side. */
  end(): void {
    this.#failed.resolve(null);
  }

  /** Fails as if the peer had reset the connection. */
  fail(error: Error): void {
    this.#failed.reject(error);
    this.#open.reject(error);
  }

  /** Reads from the connection. */
  read(into: Uint8Array): Promise<number | null> {
    return Promise.race([this.#transport.read(into), this.#failed.promise]);
  }

  /** Writes to the connection as much as the peer accepts. */
  async write(bytes: Uint8Array): Promise<number> {
    if (this.#left <= 0) {
      this.#full.resolve();
      await this.#open.promise;
    }
    const count = await this.#transport.write(bytes.subarray(0, Math.min(bytes.length, this.#left)));
    this.#left -= count;
    this.taken += count;
    return count;
  }

  /** Closes the local side for writing. */
  closeWrite(): Promise<void> {
    return this.#transport.closeWrite();
  }

  /** Closes the connection and rejects pending calls. */
  close(): void {
    this.#transport.close();
    this.fail(new Deno.errors.Interrupted("closed"));
  }
}
