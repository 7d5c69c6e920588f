import { utcTime } from "../utc_time.ts";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** Alternatives of a pattern for the English name of a month, in three letters. */
export const MONTH: string = MONTHS.join("|");
/** The time zone of the server is unknown: what it wrote just now may seem to be this far in the future. */
const ZONE_MS = 24 * 60 * 60 * 1000;

/** Returns the number of a month from 1, by three letters in any case. */
export function monthNumber(name: string): number {
  return MONTHS.indexOf(name.toLowerCase()) + 1;
}

/** Returns the last year in which a date was not in the future; a leap day may be some years ago. */
export function recentYear(
  month: number,
  day: number,
  hour: number | undefined,
  minute: number | undefined,
  now: number,
): number {
  const latest = new Date(now + ZONE_MS).getUTCFullYear();
  for (let year = latest; year > latest - 9; year--) {
    const time = utcTime(year, month, day, hour, minute);
    if (time !== undefined && time <= now + ZONE_MS) return year;
  }
  return latest;
}
