/** Output buffer: small pieces are joined and sent by one write. */
export class Outgoing {
  /** Number of buffered bytes. */
  length = 0;
  #buffer?: Uint8Array<ArrayBuffer>;

  /** Puts bytes behind the others; false when there is no room for them. */
  add(bytes: Uint8Array): boolean {
    if (this.length + bytes.length > SIZE) return false;
    this.#buffer ??= spare.pop() ?? new Uint8Array(SIZE);
    this.#buffer.set(bytes, this.length);
    this.length += bytes.length;
    return true;
  }

  /** Whether `count` more bytes fit. */
  fits(count: number): boolean {
    return this.length + count <= SIZE;
  }

  /** The buffered bytes, valid until {@link clear}. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer?.subarray(0, this.length) ?? NOTHING;
  }

  /** Discards what has gathered, and releases the buffer. */
  clear(): void {
    this.length = 0;
    if (this.#buffer && spare.length < KEPT) spare.push(this.#buffer);
    this.#buffer = undefined;
  }

  /** Drops the bytes and the buffer: an aborted write may still read it. */
  drop(): void {
    this.length = 0;
    this.#buffer = undefined;
  }
}

const SIZE = 32 * 1024;
const KEPT = 64;
const NOTHING = new Uint8Array();
const spare: Uint8Array<ArrayBuffer>[] = [];
