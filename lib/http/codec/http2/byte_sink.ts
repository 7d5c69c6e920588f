/** Bytes that grow. */
export class ByteSink {
  #buffer: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** Creates an empty sink with room for `size` bytes. */
  constructor(size: number = 256) {
    this.#buffer = new Uint8Array(size);
  }

  /** Number of bytes. */
  get length(): number {
    return this.#length;
  }

  /** Adds an octet. */
  put(octet: number): void {
    this.#grow(1);
    this.#buffer[this.#length++] = octet;
  }

  /** Adds bytes. */
  add(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Returns a copy of the bytes. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#length);
  }

  /** Returns a copy of the bytes, and removes them. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.bytes();
    this.#length = 0;
    return bytes;
  }

  #grow(count: number): void {
    if (this.#length + count <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(this.#length + count, 2 * this.#buffer.length));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}
