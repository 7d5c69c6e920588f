import { EntryError } from "./record_reader.ts";

/** The numbers of `$GENERATE`. */
export interface GenerateRange {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

/** A directive makes no more records than this. */
const MAX_COUNT = 65_536;

/** Words before those that are expanded: the directive and its range. */
export const SKIPPED = 2;

/** Reads the range of `$GENERATE`: `1-254`, or `0-254/2`. */
export function parseRange(word: string): GenerateRange {
  const [, start, stop, step = "1"] = /^(\d{1,10})-(\d{1,10})(?:\/(\d{1,10}))?$/.exec(word) ?? [];
  const range = { start: Number(start), stop: Number(stop), step: Number(step) };
  if (!(range.start <= range.stop) || range.step < 1) {
    throw new EntryError(`invalid range "${word}": START-STOP or START-STOP/STEP is required`, 1);
  }
  if ((range.stop - range.start) / range.step >= MAX_COUNT) {
    throw new EntryError(`range "${word}" has more than ${MAX_COUNT} numbers`, 1);
  }
  return range;
}

/** Yields the words for each number: `$` is the number, `${OFFSET,WIDTH,BASE}` that in another form, `$$` and `\$` a dollar. */
export function* expandRange({ start, stop, step }: GenerateRange, words: readonly string[]): Iterable<string[]> {
  for (let value = start; value <= stop; value += step) yield words.map((word, index) => expand(word, value, index));
}

function expand(word: string, value: number, index: number): string {
  return word.replace(/\\\$|\$\$|\$\{([^}]*)\}|\$/g, (found, form?: string) => {
    if (found === "\\$" || found === "$$") return "\\$";
    if (form === undefined) return String(value);
    const [, offset, width = "0", base = "d"] = /^(-?\d{1,10})(?:,(\d{1,3})(?:,([doxXnN]))?)?$/.exec(form) ?? [];
    const number = value + Number(offset ?? NaN);
    if (!(number >= 0)) throw new EntryError(`invalid expression "${found}"`, index + SKIPPED);
    return formatted(number, Number(width), base);
  });
}

function formatted(value: number, width: number, base: string): string {
  switch (base) {
    case "o":
      return value.toString(8).padStart(width, "0");
    case "x":
      return value.toString(16).padStart(width, "0");
    case "X":
      return value.toString(16).toUpperCase().padStart(width, "0");
    case "n":
    case "N": {
      const nibbles = value.toString(16).padStart(Math.ceil(width / 2), "0").split("").reverse().join(".");
      return base === "n" ? nibbles : nibbles.toUpperCase();
    }
    default:
      return String(value).padStart(width, "0");
  }
}
