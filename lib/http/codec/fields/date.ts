const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTH = MONTHS.join("|");
const DAY = "Mon|Tue|Wed|Thu|Fri|Sat|Sun";
const TIME = "(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)";

/** IMF-fixdate, and the two obsolete forms that a recipient has to read. */
const FORMS = [
  `(?:${DAY}), (?<day>\\d\\d) (?<month>${MONTH}) (?<year>\\d{4}) ${TIME} GMT`,
  `(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d\\d)-(?<month>${MONTH})-(?<year>\\d\\d) ${TIME} GMT`,
  `(?:${DAY}) (?<month>${MONTH}) (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/**
 * Reads a date in any of the three forms of RFC 9110 §5.6.7, as milliseconds since 1970; undefined when it is none. A
 * year
 * of two digits that seems to lie more than 50 years ahead is one of the century before; `now` is for that.
 *
 * @param text The value of a field such as Last-Modified.
 * @param now The current time in milliseconds since 1970.
 * @returns Milliseconds since 1970.
 * @example Parse a date
 * ```ts
 * import { parseHttpDate } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777000);
 * assertEquals(parseHttpDate("1994-11-06"), undefined);
 * ```
 */
export function parseHttpDate(text: string, now?: number): number | undefined;
export function parseHttpDate(text: string, now: number = Date.now()): number | undefined {
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups;
    if (!parts) continue;
    const [day, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second].map(Number);
    const month = MONTHS.indexOf(parts.month);
    const year = fullYear(parts.year, now);
    // A leap second is the first of the next minute.
    if (hour > 23 || minute > 59 || second > 60) return undefined;
    const time = new Date(0);
    time.setUTCFullYear(year, month, day);
    if (time.getUTCDate() !== day) return undefined;
    return time.setUTCHours(hour, minute, second);
  }
  return undefined;
}

function fullYear(text: string, now: number): number {
  if (text.length === 4) return Number(text);
  const today = new Date(now).getUTCFullYear();
  const year = today - today % 100 + Number(text);
  return year > today + 50 ? year - 100 : year;
}

/**
 * Writes a time in milliseconds since 1970 as an IMF-fixdate (RFC 9110 §5.6.7).
 *
 * @param time Milliseconds since 1970.
 * @returns The date as an IMF-fixdate.
 * @example Format a date
 * ```ts
 * import { formatHttpDate } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatHttpDate(784111777000), "Sun, 06 Nov 1994 08:49:37 GMT");
 * ```
 */
export function formatHttpDate(time: number): string {
  return new Date(time).toUTCString();
}
