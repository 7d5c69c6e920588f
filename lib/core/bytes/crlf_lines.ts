/** Result of {@link LineInput.next}: a line, an incomplete line, or a protocol violation. */
export type LineOutcome =
  | { readonly kind: "line"; readonly bytes: Uint8Array }
  | { readonly kind: "incomplete" }
  | { readonly kind: "invalid"; readonly problem: LineFault };

/** Violations of the line format (RFC 5321 §2.3.8, RFC 959 §4.1.3). */
export type LineFault = "bare-cr" | "bare-lf" | "line-too-long";

const INCOMPLETE: LineOutcome = { kind: "incomplete" };
const CR = 13;
const LF = 10;
const INITIAL_BYTES = 8 * 1024;
const GROWN_BYTES = 64 * 1024;

/**
 * Input of a line protocol such as SMTP or FTP, taken out line by line. Only CR LF ends a line; a CR or LF by itself is
 * a fault, since two sides that disagree about it can be played off against each other ("SMTP smuggling").
 */
export class LineInput {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #start = 0;
  #end = 0;

  /** Number of buffered bytes. */
  get pending(): number {
    return this.#end - this.#start;
  }

  /** Where the next bytes may be put; say with {@link added} how many were. It grows once a peer fills it. */
  space(): Uint8Array<ArrayBuffer> {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    if (this.#end === this.#bytes.length) {
      const held = this.#bytes.subarray(this.#start, this.#end);
      const roomy = held.length * 2 > this.#bytes.length || this.#bytes.length < GROWN_BYTES;
      const next = roomy ? new Uint8Array(Math.max(GROWN_BYTES, held.length * 2)) : this.#bytes;
      if (next === this.#bytes) next.copyWithin(0, this.#start, this.#end);
      else next.set(held);
      this.#bytes = next;
      this.#end = held.length;
      this.#start = 0;
    }
    return this.#bytes.subarray(this.#end);
  }

  /** Says how many bytes were put into {@link space}. */
  added(count: number): void {
    this.#end += count;
  }

  /** Discards buffered bytes, for use with another peer; no read into {@link space} may be pending. */
  clear(): void {
    this.#start = this.#end = 0;
    if (this.#bytes.length > INITIAL_BYTES) this.#bytes = new Uint8Array(INITIAL_BYTES);
  }

  /** Puts bytes in. */
  push(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const space = this.space();
      const piece = bytes.subarray(done, done + space.length);
      space.set(piece);
      this.added(piece.length);
      done += piece.length;
    }
  }

  /** The next line, without its end, of at most `limit` bytes. Its bytes are the reader's until it puts more in. */
  next(limit: number): LineOutcome {
    const held = this.#bytes.subarray(this.#start, this.#end);
    const cr = held.indexOf(CR);
    const lf = held.indexOf(LF);
    const length = cr < 0 ? held.length : cr;
    if (lf >= 0 && lf < length) return { kind: "invalid", problem: "bare-lf" };
    if (length > limit) return { kind: "invalid", problem: "line-too-long" };
    if (cr < 0 || cr + 1 === held.length) return INCOMPLETE;
    if (held[cr + 1] !== LF) return { kind: "invalid", problem: "bare-cr" };
    this.#start += cr + 2;
    return { kind: "line", bytes: held.subarray(0, cr) };
  }

  /** All that is pending, without taking it out; the reader's until it puts more in. */
  peek(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** Takes bytes out. */
  skip(count: number): void {
    this.#start += count;
  }
}
