/** Some bytes of a representation, the last one included. */
export interface ByteRange {
  /** The first byte, from 0. */
  readonly first: number;
  /** The last byte. */
  readonly last: number;
}

/** Value of Content-Range. */
export interface ContentRange {
  /** The bytes that are sent; undefined where none could be (416). */
  readonly range?: ByteRange;
  /** Size of the whole in bytes; undefined if the sender does not know it. */
  readonly size?: number;
}

/** Options of {@link parseRange}. */
export interface RangeOptions {
  /**
   * Maximum number of ranges.
   * @default {32}
   */
  readonly max?: number;
}

const DIGITS = /^\d{1,15}$/;

/**
 * Parses Range (RFC 9110 §14.1.1) for a representation of `size` bytes: the satisfiable ranges in the order of the
 * request; `unsatisfiable` if there is none (416); undefined if the field has to be ignored: an invalid set of byte
 * ranges, more than `max`, or more than two that overlap, as in an attack (§14.2).
 *
 * @param text The value of Range.
 * @param size The size of the representation in bytes.
 * @returns The ranges, `unsatisfiable`, or undefined.
 * @example Parse ranges
 * ```ts
 * import { parseRange } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseRange("bytes=0-9, -5", 100), [{ first: 0, last: 9 }, { first: 95, last: 99 }]);
 * assertEquals(parseRange("bytes=100-", 100), "unsatisfiable");
 * assertEquals(parseRange("lines=1-2", 100), undefined);
 * ```
 */
export function parseRange(
  text: string,
  size: number,
  options?: RangeOptions,
): ByteRange[] | "unsatisfiable" | undefined;
export function parseRange(
  text: string,
  size: number,
  options: RangeOptions = {},
): ByteRange[] | "unsatisfiable" | undefined {
  const { max = 32 } = options;
  const set = /^bytes=(.*)$/i.exec(text)?.[1];
  if (set === undefined || set.length > 4096) return undefined;
  const ranges: ByteRange[] = [];
  let asked = 0;
  for (const element of set.split(",")) {
    const spec = element.replace(/^[\t ]+|[\t ]+$/g, "");
    if (spec === "") continue;
    if (++asked > max) return undefined;
    const range = readSpec(spec, size);
    if (range === undefined) return undefined;
    if (range) ranges.push(range);
  }
  if (asked === 0) return undefined;
  if (ranges.length === 0) return "unsatisfiable";
  return overlaps(ranges) > 2 ? undefined : ranges;
}

/** Parses one range; null if it is not satisfiable, undefined if it is invalid. */
function readSpec(spec: string, size: number): ByteRange | null | undefined {
  const dash = spec.indexOf("-");
  const [from, to] = [spec.slice(0, dash), spec.slice(dash + 1)];
  if (dash < 0 || (from !== "" && !DIGITS.test(from)) || (to !== "" && !DIGITS.test(to))) return undefined;
  if (from === "") {
    if (to === "") return undefined;
    const length = Math.min(Number(to), size);
    return length > 0 ? { first: size - length, last: size - 1 } : null;
  }
  const first = Number(from);
  const last = to === "" ? Infinity : Number(to);
  if (last < first) return undefined;
  return first < size ? { first, last: Math.min(last, size - 1) } : null;
}

/** Returns the number of ranges that overlap an earlier one. */
function overlaps(ranges: readonly ByteRange[]): number {
  const sorted = [...ranges].sort((a, b) => a.first - b.first);
  let reached = -1;
  let count = 0;
  for (const { first, last } of sorted) {
    if (first <= reached) count++;
    reached = Math.max(reached, last);
  }
  return count;
}

/**
 * Writes Content-Range (RFC 9110 §14.4): of a part, or with no range of what could not be satisfied.
 *
 * @returns The value of Content-Range.
 * @example Format a range
 * ```ts
 * import { formatContentRange } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatContentRange({ range: { first: 0, last: 4 }, size: 10 }), "bytes 0-4/10");
 * ```
 */
export function formatContentRange({ range, size }: ContentRange): string {
  return `bytes ${range ? `${range.first}-${range.last}` : "*"}/${size ?? "*"}`;
}

/**
 * Parses Content-Range; undefined for an invalid or contradictory value.
 *
 * @param text The value of Content-Range.
 * @returns The range and the size.
 * @example Parse a range
 * ```ts
 * import { parseContentRange } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseContentRange("bytes 0-4/10"), { range: { first: 0, last: 4 }, size: 10 });
 * ```
 */
export function parseContentRange(text: string): ContentRange | undefined {
  const parts = /^bytes (?:(\d{1,15})-(\d{1,15})|\*)\/(?:(\d{1,15})|\*)$/i.exec(text);
  if (!parts) return undefined;
  const [first, last, size] = parts.slice(1).map((part) => part === undefined ? undefined : Number(part));
  if (first === undefined || last === undefined) return size === undefined ? undefined : { size };
  if (last < first || (size !== undefined && last >= size)) return undefined;
  return { range: { first, last }, size };
}
