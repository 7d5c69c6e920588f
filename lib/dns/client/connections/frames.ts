const INITIAL_BYTES = 4096;
/** The longest message, and the length before it. */
const MAX_FRAME_BYTES = 65_537;

/** Splits a stream into messages, each of which follows its length in two bytes (RFC 1035 §4.2.2). */
export class Frames {
  #buffer = new Uint8Array(INITIAL_BYTES);
  #end = 0;

  /** Number of bytes of a message that is not complete. */
  get held(): number {
    return this.#end;
  }

  /** The place for the next bytes, which {@link add} then counts. */
  room(): Uint8Array {
    return this.#buffer.subarray(this.#end);
  }

  /** Counts bytes that were read into the {@link room}, and returns the messages that they complete. */
  add(count: number): Uint8Array[] {
    this.#end += count;
    const messages: Uint8Array[] = [];
    let start = 0;
    while (this.#end - start >= 2) {
      const next = start + 2 + (((this.#buffer[start] ?? 0) << 8) | (this.#buffer[start + 1] ?? 0));
      if (next > this.#end) break;
      messages.push(this.#buffer.slice(start + 2, next));
      start = next;
    }
    this.#buffer.copyWithin(0, start, this.#end);
    this.#end -= start;
    // A buffer that one read has filled is too small for the rate of the server.
    if (count + start >= this.#buffer.length || this.#end === this.#buffer.length) this.#grow();
    return messages;
  }

  #grow(): void {
    if (this.#buffer.length >= MAX_FRAME_BYTES) return;
    const roomy = new Uint8Array(Math.min(MAX_FRAME_BYTES, this.#buffer.length * 4));
    roomy.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = roomy;
  }
}
