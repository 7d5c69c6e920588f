import { ImapSyntaxError, type Scanner } from "./scanner.ts";

/** Range of message numbers or UIDs, both ends included; Infinity stands for `*`. */
export interface SequenceRange {
  /** First number. */
  readonly from: number;
  /** Last number; may be less than the first. */
  readonly to: number;
}

/** Set of message numbers or UIDs (RFC 3501 §9). */
export type SequenceSet = readonly SequenceRange[];

const SET = /[\d*][\d*:,]*/y;
const MAX_NUMBER = 0xffff_ffff;

/** Reads a set. */
export function readSequenceSet(scanner: Scanner): SequenceSet {
  const set = parseSequenceSet(scanner.match(SET) ?? "");
  if (!set) throw new ImapSyntaxError("Invalid sequence set");
  return set;
}

/** Parses a set; undefined when it is invalid. */
export function parseSequenceSet(text: string): SequenceSet | undefined {
  const set: SequenceRange[] = [];
  for (const piece of text.split(",")) {
    const [, first, last = first] = /^(\d{1,10}|\*)(?::(\d{1,10}|\*))?$/.exec(piece) ?? [];
    if (first === undefined || last === undefined) return undefined;
    const [from, to] = [valueOf(first), valueOf(last)];
    if (!isValid(from) || !isValid(to)) return undefined;
    set.push({ from, to });
  }
  return set;
}

function valueOf(text: string): number {
  return text === "*" ? Infinity : Number(text);
}

function isValid(value: number): boolean {
  return value === Infinity || (value >= 1 && value <= MAX_NUMBER);
}

/** Resolves `*` to the largest number in use, and joins ranges: they ascend, and do not overlap. */
export function resolveSet(set: SequenceSet, largest: number): SequenceRange[] {
  const ranges = set.map(({ from, to }) => {
    const [one, other] = [Math.min(from, to), Math.max(from, to)].map((end) => end === Infinity ? largest : end);
    // 7:* includes the last message even if its number is less.
    return { from: Math.min(one ?? 0, other ?? 0), to: Math.max(one ?? 0, other ?? 0) };
  }).sort((one, other) => one.from - other.from);
  const joined: SequenceRange[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last && range.from <= last.to + 1) {
      joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    } else joined.push(range);
  }
  return joined;
}

/** Writes ascending numbers as a set: `1:3,5`. */
export function formatSet(numbers: readonly number[]): string {
  const pieces: string[] = [];
  for (let at = 0; at < numbers.length;) {
    const from = numbers[at] ?? 0;
    let to = from;
    while (numbers[++at] === to + 1) to++;
    pieces.push(from === to ? `${from}` : `${from}:${to}`);
  }
  return pieces.join(",");
}
