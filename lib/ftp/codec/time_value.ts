import { utcTime } from "./utc_time.ts";

/** `191` and three more digits before the month: years since 1900 behind a constant 19, as old servers write 2000 to 2099. */
const FAULTY_YEAR = /^191(\d\d)(?=\d{10}(?:\.|$))/;
const TIME_VALUE = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,20}))?$/;
const FIRST = Date.parse("0000-01-01T00:00:00Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * Parses a time as `MDTM` and `MLST` have it (RFC 3659 §2.3), `YYYYMMDDHHMMSS` in UTC with an optional fraction; the year
 * 19100 of old servers is 2000.
 *
 * @returns Milliseconds since 1970; undefined for an invalid time.
 * @example
 * ```ts
 * import { formatTimeValue, parseTimeValue } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseTimeValue("20260101000000"), Date.UTC(2026, 0, 1));
 * assertEquals(parseTimeValue("191260101000000"), Date.UTC(2026, 0, 1));
 * assertEquals(formatTimeValue(Date.UTC(2026, 0, 1) + 5), "20260101000000.005");
 * ```
 */
export function parseTimeValue(text: string): number | undefined {
  const [, year, month, day, hour, minute, second, fraction = ""] =
    TIME_VALUE.exec(text.replace(FAULTY_YEAR, "20$1")) ?? [];
  if (year === undefined) return undefined;
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = [year, month, day, hour, minute, second].map(Number);
  const time = utcTime(y, mo, d, h, mi, s);
  return time === undefined ? undefined : time + Number(fraction.slice(0, 3).padEnd(3, "0"));
}

/**
 * Formats a time in milliseconds since 1970 for `MDTM` and `MLST`, with a fraction only where it is not zero. A time outside
 * of the years 0 to 9999 becomes the nearest one within.
 */
export function formatTimeValue(ms: number): string {
  const iso = new Date(Math.min(Math.max(Math.trunc(ms), FIRST), LAST)).toISOString();
  return iso.replace(/\.000Z$/, "").replace(/[-:TZ]/g, "");
}
