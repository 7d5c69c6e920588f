const encoder = new TextEncoder();

/** A text that is looked for in bytes of UTF-8, by the algorithm of Horspool: without a copy of what it is looked for in. */
export class Needle {
  readonly #bytes: Uint8Array;
  /** Distances by which it can be moved, by the byte at the place of its last one. */
  readonly #skips: Uint32Array;

  /** Prepares a text that is not empty. */
  constructor(text: string) {
    this.#bytes = encoder.encode(text);
    const last = this.#bytes.length - 1;
    this.#skips = new Uint32Array(256).fill(this.#bytes.length);
    for (let i = 0; i < last; i++) this.#skips[this.#bytes[i] ?? 0] = last - i;
  }

  /** Returns the first place from `from` on, all of it before `to`; -1 when there is none. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const needle = this.#bytes;
    const skips = this.#skips;
    const last = needle.length - 1;
    const end = needle[last];
    for (let at = from + last; at < to;) {
      const byte = bytes[at] ?? 0;
      if (byte === end) {
        let i = last - 1;
        while (i >= 0 && needle[i] === bytes[at - last + i]) i--;
        if (i < 0) return at - last;
      }
      at += skips[byte] ?? 1;
    }
    return -1;
  }
}
