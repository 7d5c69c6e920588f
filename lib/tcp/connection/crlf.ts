const CR = 13;
const LF = 10;

/** Converts LF to CR LF, as they pass; existing CR LF stay unchanged. */
export class CrlfConverter {
  #last = 0;

  /** Returns the next bytes with their line ends converted. */
  convert(chunk: Uint8Array): Uint8Array {
    let count = 0;
    for (let i = chunk.indexOf(LF); i >= 0; i = chunk.indexOf(LF, i + 1)) {
      if ((i === 0 ? this.#last : chunk[i - 1]) !== CR) count++;
    }
    const before = this.#last;
    this.#last = chunk.at(-1) ?? this.#last;
    if (count === 0) return chunk;
    const result = new Uint8Array(chunk.length + count);
    let at = 0;
    let previous = before;
    for (const byte of chunk) {
      if (byte === LF && previous !== CR) result[at++] = CR;
      result[at++] = byte;
      previous = byte;
    }
    return result;
  }
}
