import { UsageError } from "../../core/errors/errors.ts";

const CR = 13;
const LF = 10;
const DOT = 46;

/**
 * Makes a message what DATA carries (RFC 5321 §4.5.2), piece by piece: lines end with CR LF, a line that begins with a dot
 * gets another, and CR LF . CR LF stands at the end and nowhere else.
 */
export class DotStuffer {
  #last = LF;
  #column = 0;
  readonly #passesCr: boolean;

  /** Creates one for a message. `bareCr`: whether a CR by itself is an error, or sent as it is (by default: an error). */
  constructor({ bareCr = "reject" }: { readonly bareCr?: "reject" | "pass" } = {}) {
    this.#passesCr = bareCr === "pass";
  }

  /**
   * Takes a piece of a message and returns what to send for it. A line feed by itself is made CR LF.
   *
   * @throws {UsageError} `bare-cr` for a CR by itself, which servers disagree about.
   */
  push(piece: Uint8Array): Uint8Array {
    const changes = countChanges(piece, this.#last, this.#column, this.#passesCr);
    if (changes === 0) {
      this.#remember(piece);
      return piece;
    }
    const out = new Uint8Array(piece.length + changes);
    let at = 0;
    let last = this.#last;
    let column = this.#column;
    for (const byte of piece) {
      if (last === CR && byte !== LF && !this.#passesCr) throw bareCr();
      if (byte === LF && last !== CR) out[at++] = CR;
      if (byte === DOT && column === 0) out[at++] = DOT;
      out[at++] = byte;
      column = byte === LF ? 0 : column + 1;
      last = byte;
    }
    this.#last = last;
    this.#column = column;
    return out;
  }

  /** Returns the end of the message: a line end if the last line lacks one, and the dot. */
  end(): string {
    if (this.#last === CR && !this.#passesCr) throw bareCr();
    return this.#column === 0 ? ".\r\n" : "\r\n.\r\n";
  }

  #remember(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#last = piece[piece.length - 1] ?? LF;
    const lf = piece.lastIndexOf(LF);
    this.#column = lf < 0 ? this.#column + piece.length : piece.length - 1 - lf;
  }
}

/** Returns the number of bytes that stuffing adds; usually 0, and the chunk is passed on unchanged. */
function countChanges(piece: Uint8Array, last: number, column: number, passesCr: boolean): number {
  let changes = 0;
  let lineStart = column === 0;
  let at = 0;
  let cr = passesCr ? -1 : piece.indexOf(CR);
  if (!passesCr && last === CR && piece.length > 0 && piece[0] !== LF) throw bareCr();
  while (at < piece.length) {
    if (lineStart && piece[at] === DOT) changes++;
    const lf = piece.indexOf(LF, at);
    const end = lf < 0 ? piece.length : lf;
    if (cr >= 0 && cr < at) cr = piece.indexOf(CR, at);
    // The only place for a CR is right before the LF, or at the end of the piece.
    if (cr >= 0 && cr < end - 1) throw bareCr();
    if (lf < 0) break;
    if ((lf === 0 ? last : piece[lf - 1]) !== CR) changes++;
    lineStart = true;
    at = lf + 1;
  }
  return changes;
}

function bareCr(): UsageError {
  return new UsageError("the message has a carriage return by itself: servers disagree about what it means", {
    code: "bare-cr",
  });
}
