import type { Transport } from "../../lib/core/mod.ts";

/** A connection whose peer takes so many bytes, and the others once it is told to. */
export class Gated implements Transport {
  /** Bytes that were taken. */
  taken = 0;
  /** Resolves when it takes no more for now. */
  readonly full: Promise<void>;
  readonly #transport: Transport;
  readonly #full = Promise.withResolvers<void>();
  readonly #open = Promise.withResolvers<void>();
  readonly #failed = Promise.withResolvers<null>();
  #left: number;

  /** Takes `bytes` at first. */
  constructor(transport: Transport, bytes: number) {
    this.#transport = transport;
    this.#left = bytes;
    this.full = this.#full.promise;
    this.#failed.promise.catch(() => {});
    this.#open.promise.catch(() => {});
  }

  /** Takes all from now on. */
  open(): void {
    this.#left = Infinity;
    this.#open.resolve();
  }

  /** Ends as a connection whose peer has ended its side. */
  end(): void {
    this.#failed.resolve(null);
  }

  /** Fails as a connection that the peer has reset. */
  fail(error: Error): void {
    this.#failed.reject(error);
    this.#open.reject(error);
  }

  /** Reads from the connection. */
  read(into: Uint8Array): Promise<number | null> {
    return Promise.race([this.#transport.read(into), this.#failed.promise]);
  }

  /** Writes to the connection, as much as is taken. */
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

  /** Ends our side. */
  closeWrite(): Promise<void> {
    return this.#transport.closeWrite();
  }

  /** Ends both, and what waits. */
  close(): void {
    this.#transport.close();
    this.fail(new Deno.errors.Interrupted("closed"));
  }
}
