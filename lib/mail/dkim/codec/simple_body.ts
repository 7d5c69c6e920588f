const LF = 10;
const CR = 13;

/**
 * Canonicalizes the body of a message, piece by piece, by the algorithm "simple" of RFC 6376 §3.4.3: empty lines at the end are one line
 * end.
 */
export class SimpleBody {
  /** Line ends that count only if something follows. */
  #lines = 0;

  /** Takes a piece of the body, and returns what it adds to the canonical form. */
  push(piece: Uint8Array): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(piece.length + 2 * this.#lines + 1);
    let at = 0;
    for (const byte of piece) {
      if (byte === CR) continue;
      if (byte === LF) {
        this.#lines++;
        continue;
      }
      for (; this.#lines > 0; this.#lines--) {
        out[at++] = CR;
        out[at++] = LF;
      }
      out[at++] = byte;
    }
    return out.subarray(0, at);
  }

  /** Returns the end of the canonical form: that of an empty body, too, is a line end. */
  end(): Uint8Array<ArrayBuffer> {
    return Uint8Array.of(CR, LF);
  }
}
