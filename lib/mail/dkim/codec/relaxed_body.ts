const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;

/**
 * Canonicalizes the body of a message, piece by piece, by the algorithm "relaxed" of RFC 6376 §3.4.4: white space at the ends of lines
 * and empty lines at the end do not count, other white space is one space. Lines end with CR LF.
 */
export class RelaxedBody {
  /** Line ends that count only if something follows. */
  #lines = 0;
  #space = false;
  #written = false;

  /** Takes a piece of the body, and returns what it adds to the canonical form. */
  push(piece: Uint8Array): Uint8Array<ArrayBuffer> {
    // A space grows into line ends that were held back, at most.
    const out = new Uint8Array(piece.length + 2 * this.#lines + 1);
    let at = 0;
    for (const byte of piece) {
      if (byte === CR) continue;
      if (byte === LF) {
        this.#lines++;
        this.#space = false;
      } else if (byte === SPACE || byte === TAB) this.#space = true;
      else {
        for (; this.#lines > 0; this.#lines--) {
          out[at++] = CR;
          out[at++] = LF;
        }
        if (this.#space) out[at++] = SPACE;
        this.#space = false;
        out[at++] = byte;
        this.#written = true;
      }
    }
    return out.subarray(0, at);
  }

  /** Returns the end of the canonical form: an empty body has none. */
  end(): Uint8Array<ArrayBuffer> {
    return this.#written ? Uint8Array.of(CR, LF) : new Uint8Array(0);
  }
}
