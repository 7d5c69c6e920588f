import { CR, isBlank, LF, SP } from "./octets.ts";

/** Field lines, or a whole head, in a buffer. */
export interface Lines {
  /** The buffer. */
  readonly bytes: Uint8Array;
  /** Offset of the first byte. */
  readonly start: number;
  /** Offset behind the last byte, which is LF. */
  readonly end: number;
}

/**
 * Returns the lines of a response as a strict parser expects them: each ends with CR LF (RFC 9112 §2.2 lets a recipient
 * accept LF alone), and each obs-fold is replaced by one SP (§5.2). Without either they are returned as they are. The
 * first `unfoldable` lines cannot be continued: what folds behind them is left for the parser to reject.
 */
export function unfold(lines: Lines, unfoldable: number): Lines {
  const { bytes, start, end } = lines;
  for (let lf = bytes.indexOf(LF, start); lf >= 0 && lf < end; lf = bytes.indexOf(LF, lf + 1)) {
    const bare = lf === start || bytes[lf - 1] !== CR;
    if (bare || (lf + 1 < end && isBlank(bytes[lf + 1]))) return rewritten(lines, unfoldable);
  }
  return lines;
}

function rewritten({ bytes, start, end }: Lines, unfoldable: number): Lines {
  // A line grows by one byte at most, and has one at least.
  const out = new Uint8Array(2 * (end - start));
  let length = 0;
  for (let at = start, count = 0; at < end; count++) {
    const lf = bytes.indexOf(LF, at);
    let from = at;
    const to = lf > at && bytes[lf - 1] === CR ? lf - 1 : lf;
    if (count > unfoldable && isBlank(bytes[at])) {
      length -= 2;
      while (length > 0 && isBlank(out[length - 1])) length--;
      while (from < to && isBlank(bytes[from])) from++;
      out[length++] = SP;
    }
    out.set(bytes.subarray(from, to), length);
    length += to - from;
    out[length++] = CR;
    out[length++] = LF;
    at = lf + 1;
  }
  return { bytes: out, start: 0, end: length };
}
