import { ImapSyntaxError, type Scanner } from "./scanner.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY_MS = 86_400_000;
const DATE = /"?(\d{1,2})-([A-Za-z]{3})-(\d{4})"?/y;
const DATE_TIME = /^([ \d]\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;

/** Reads a date of SEARCH, as days since 1970. */
export function readDate(scanner: Scanner): number {
  const text = scanner.match(DATE) ?? "";
  const [, day = "", month = "", year = ""] = /^"?(\d+)-(\w+)-(\d+)"?$/.exec(text) ?? [];
  const time = text.startsWith('"') === text.endsWith('"') ? utc(day, month, year) : undefined;
  if (time === undefined) throw new ImapSyntaxError("Invalid date");
  return dayOf(time);
}

/** Returns the days from 1970 to a time in milliseconds. */
export function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}

/** Parses a time of APPEND; undefined when it is invalid. */
export function parseDateTime(text: string): number | undefined {
  const [, day = "", month = "", year = "", hour, minute, second, sign, zoneHours, zoneMinutes] =
    DATE_TIME.exec(text) ?? [];
  const date = utc(day.trim(), month, year);
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)];
  if (date === undefined || !(hours < 24 && minutes < 60 && seconds < 61)) return undefined;
  const offset = (sign === "-" ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes));
  return date + ((hours * 60 + minutes - offset) * 60 + seconds) * 1000;
}

function utc(day: string, name: string, year: string): number | undefined {
  const month = MONTHS.findIndex((one) => one.toLowerCase() === name.toLowerCase());
  const time = Date.UTC(Number(year), month, Number(day));
  if (month < 0 || Number(year) < 1900 || new Date(time).getUTCDate() !== Number(day)) return undefined;
  return time;
}

/** Formats a time for INTERNALDATE, in UTC: `01-Feb-2026 12:30:00 +0000`. */
export function formatDateTime(time: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${two(date.getUTCDate())}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}
