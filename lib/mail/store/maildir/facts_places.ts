import { CHECK } from "./checked_line.ts";

/** Where the lines of messages begin in a file, by UID. */
export type FactsPlaces = Map<number, number>;

const CHUNK = 1 << 20;
/** Longest line: a longer one is damage. */
const MAX_LINE = 2 << 20;
const SPACE = 32;
const ZERO = 48;
/** Digits of a UID. */
const MAX_DIGITS = 15;

/** Lines of a file of facts. */
export interface FoundFacts {
  /** The last line of each message. */
  readonly places: FactsPlaces;
  /** Number of lines. */
  readonly lines: number;
  /** Bytes up to the end of the last whole line. */
  readonly end: number;
}

/**
 * Finds the lines of a file; undefined unless its first line is accepted. They are not checked, and a last one without its end is left
 * out. A line that is not read as one is skipped.
 */
export function findFacts(file: Deno.FsFile, accepts: (head: Uint8Array) => boolean): FoundFacts | undefined {
  const places: FactsPlaces = new Map();
  const buffer = new Uint8Array(CHUNK + MAX_LINE);
  let held = 0;
  let base = 0;
  let lines = -1;
  for (let count = file.readSync(buffer); count !== null; count = file.readSync(buffer.subarray(held))) {
    const filled = held + count;
    let from = 0;
    for (let feed = buffer.indexOf(10, held); feed >= 0 && feed < filled; feed = buffer.indexOf(10, from)) {
      if (lines < 0 && !accepts(buffer.subarray(0, feed))) return undefined;
      const uid = lines < 0 ? undefined : uidIn(buffer, from + CHECK);
      if (uid !== undefined) places.set(uid, base + from);
      lines++;
      from = feed + 1;
    }
    buffer.copyWithin(0, from, filled);
    base += from;
    held = filled - from;
    // Cut off here: what follows cannot be told.
    if (held >= MAX_LINE) break;
  }
  return lines < 0 ? undefined : { places, lines, end: base };
}

function uidIn(bytes: Uint8Array, from: number): number | undefined {
  let uid = 0;
  for (let at = from; at < from + MAX_DIGITS; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === SPACE) return at === from ? undefined : uid;
    const digit = byte - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    uid = uid * 10 + digit;
  }
  return undefined;
}
