import { type ByteSource, NetworkError } from "../../../core/mod.ts";
import type { Guard } from "../guard.ts";

const SMALL = 1024;

/** The body of a request as its frames come: holds what the handler has not read, at most a flow-control window. */
export class StreamBody implements ByteSource {
  /** Whether the client has sent its end. */
  ended = false;
  readonly #guard: Guard;
  readonly #consumed: (count: number) => void;
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array();
  #start = 0;
  #end = 0;
  #error?: unknown;
  #lingers = false;
  #wake?: () => void;

  /** `consumed` is told of bytes that were read, or are not needed any more. */
  constructor(guard: Guard, consumed: (count: number) => void) {
    this.#guard = guard;
    this.#consumed = consumed;
  }

  /** Adds the data of a frame. */
  push(bytes: Uint8Array): void {
    if (this.#error !== undefined) return this.#consumed(bytes.length);
    this.#makeRoom(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
    if (!this.#lingers) this.#guard.came(bytes.length);
    this.#notify();
  }

  /** Ends it: everything has come. */
  end(): void {
    this.ended = true;
    this.#notify();
  }

  /** Limits how long the rest may take, as the response is complete without it. */
  linger(): void {
    this.#lingers = true;
    this.#guard.rest();
    this.#guard.wait("linger");
  }

  /** Ends it with an error; what was not read is dropped. */
  fail(error: unknown): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    const held = this.#end - this.#start;
    this.#buffer = new Uint8Array();
    this.#start = this.#end = 0;
    if (held > 0) this.#consumed(held);
    this.#notify();
  }

  /** Reads some bytes; null at the end. */
  async read(into: Uint8Array): Promise<number | null> {
    while (this.#start === this.#end) {
      if (this.#error !== undefined) throw this.#error;
      if (this.ended) return null;
      if (this.#wake) {
        throw new NetworkError("the body is being read already", { code: "body-busy", operation: "read" });
      }
      if (!this.#lingers) this.#guard.wait("body");
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    if (!this.#lingers) this.#guard.rest();
    const count = Math.min(into.length, this.#end - this.#start);
    into.set(this.#buffer.subarray(this.#start, this.#start + count));
    this.#start += count;
    if (this.#start === this.#end) this.#start = this.#end = 0;
    this.#consumed(count);
    return count;
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  #makeRoom(count: number): void {
    if (this.#buffer.length - this.#end >= count) return;
    const held = this.#end - this.#start;
    const larger = this.#buffer.length >= held + count
      ? this.#buffer
      : new Uint8Array(Math.max(SMALL, 2 * this.#buffer.length, held + count));
    larger.set(this.#buffer.subarray(this.#start, this.#end));
    this.#buffer = larger;
    this.#start = 0;
    this.#end = held;
  }
}
