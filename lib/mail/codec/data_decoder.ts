/** Result of {@link DataDecoder.push}. */
export interface DecodedData {
  /** Number of bytes that belong to the message; the next command follows. */
  readonly used: number;
  /** Whether the end of the message was among them. */
  readonly done: boolean;
}

/** Where in a line the decoder is. */
type Place = "start" | "inside" | "cr" | "dot" | "dot-cr";

const CR = 13;
const LF = 10;
const DOT = 46;
const CRLF = Uint8Array.of(CR, LF);

/**
 * Removes the transparency of DATA (RFC 5321 §4.5.2), piece by piece. Only CR LF . CR LF ends a message, however the pieces are
 * cut. A CR by itself, or an LF by itself beside a dot, could end the message for another server (SMTP smuggling): it is a fault,
 * for which the message is refused at its end. Any other LF by itself is content, as curl sends it from a file.
 */
export class DataDecoder {
  /** The first fault. */
  fault: "bare-cr" | "bare-lf" | undefined;
  #place: Place = "start";
  /** Whether the last byte was an LF by itself. */
  #afterLf = false;
  readonly #emit: (bytes: Uint8Array) => void;

  /** Creates a decoder that passes the bytes of the message to `emit`; they are views of the pieces. */
  constructor(emit: (bytes: Uint8Array) => void) {
    this.#emit = emit;
  }

  /** Decodes a piece. After the end nothing is consumed. */
  push(piece: Uint8Array): DecodedData {
    let at = 0;
    let from = 0;
    // Looked for again only when passed: a piece of nothing but CRs must not be searched once for each of them.
    let lf = piece.indexOf(LF);
    if (this.#afterLf && piece[0] === DOT) this.fault ??= "bare-lf";
    if (piece.length > 0) this.#afterLf = false;
    const flush = (to: number) => {
      if (to > from) this.#emit(piece.subarray(from, to));
    };
    while (at < piece.length) {
      const byte = piece[at];
      switch (this.#place) {
        case "start":
          if (byte === DOT) {
            // Held back: alone on its line it ends the message, before anything else it was put there in transit.
            flush(at);
            from = ++at;
            this.#place = "dot";
          } else this.#place = "inside";
          break;
        case "inside": {
          const cr = piece.indexOf(CR, at);
          const end = cr < 0 ? piece.length : cr;
          if (lf >= 0 && lf < at) lf = piece.indexOf(LF, at);
          if (lf >= 0 && lf < end) lf = this.#bareLf(piece, lf, end);
          at = end;
          if (cr >= 0) {
            at++;
            this.#place = "cr";
          }
          break;
        }
        case "cr":
          if (byte === LF) {
            at++;
            this.#place = "start";
          } else {
            this.fault ??= "bare-cr";
            this.#place = "inside";
          }
          break;
        case "dot":
          if (byte === CR) {
            from = ++at;
            this.#place = "dot-cr";
          } else {
            if (byte === LF) this.fault ??= "bare-lf";
            this.#place = "inside";
          }
          break;
        case "dot-cr":
          if (byte === LF) {
            this.#place = "start";
            return { used: at + 1, done: true };
          }
          this.fault ??= "bare-cr";
          this.#emit(CRLF.subarray(0, 1));
          this.#place = "inside";
          break;
      }
    }
    flush(piece.length);
    return { used: piece.length, done: false };
  }

  /** Looks at what follows each LF by itself up to `end`; returns the next LF from there on. */
  #bareLf(piece: Uint8Array, lf: number, end: number): number {
    for (; lf >= 0 && lf < end; lf = piece.indexOf(LF, lf + 1)) {
      if (piece[lf + 1] === DOT) this.fault ??= "bare-lf";
      if (lf + 1 === piece.length) this.#afterLf = true;
    }
    return lf;
  }
}
