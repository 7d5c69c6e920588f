const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** The calendar repeats itself after 400 years, in this time. */
const CYCLE_MS = Date.UTC(2000, 0) - Date.UTC(1600, 0);

/**
 * Returns a date and time in UTC as milliseconds since 1970; undefined if there is no such day or time. A leap second is the
 * first of the next minute.
 */
export function utcTime(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
): number | undefined {
  const days = month === 2 && isLeap(year) ? 29 : DAYS[month - 1] ?? 0;
  if (!(day >= 1 && day <= days && hour < 24 && minute < 60 && second <= 60)) return undefined;
  // Date.UTC takes the years 0 to 99 for those of the 20th century.
  return Date.UTC(year + 400, month - 1, day, hour, minute, second) - CYCLE_MS;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
