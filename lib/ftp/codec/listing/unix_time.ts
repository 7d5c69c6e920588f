import type { FtpEntry } from "../entry.ts";
import { utcTime } from "../utc_time.ts";
import { MONTH, monthNumber, recentYear } from "./month.ts";

/** Patterns of the date and time of `ls`: with names of months that are known, or any. */
export const UNIX_DATE: Readonly<Record<"known" | "any", string>> = {
  known: pattern(`(?:${MONTH})`),
  any: pattern(String.raw`\p{L}[\p{L}\p{M}]{1,11}`),
};

function pattern(month: string): string {
  return "(?:" + [
    String.raw`(?:(?<month1>${month})\.?\s{1,3}(?<day1>\d{1,2})|(?<day2>\d{1,2})\.?\s{1,3}(?<month2>${month})\.?)` +
    // A name may begin with digits: a year and a time stand together only with a comma, or with seconds.
    String.raw`(?:,\s(?<year1>\d{4})\s{1,2}(?<clock1>\d\d:\d\d)|,?\s{1,3}(?:(?<year2>\d{4})|` +
    String.raw`(?<clock2>\d{1,2}:\d\d:\d\d)\s(?<year3>\d{4})|(?<clock3>\d{1,2}:\d\d(?::\d\d)?)))`,
    // Without a time, a space fills the column.
    String.raw`(?<date>\d{4}(?<separator>[-/])\d\d\k<separator>\d\d)(?:[ T](?:(?<clock4>\d\d:\d\d:\d\d)\.\d{1,9} ` +
    String.raw`(?<zone>[-+]\d{4})|(?<clock5>\d\d:\d\d(?::\d\d)?))|\s(?=\s)|(?=\s))`,
    String.raw`(?<recent>\d\d-\d\d) (?<clock6>\d\d:\d\d)`,
  ].join("|") + ")";
}

/** Groups of a match of {@link UNIX_DATE}. */
type Parts = Readonly<Record<string, string | undefined>>;

/** Returns the time of a match of {@link UNIX_DATE}, and how accurate it is; nothing for a month that is not known. */
export function unixTime(parts: Parts, now: number): Pick<FtpEntry, "modified" | "precision"> {
  const clock = parts.clock1 ?? parts.clock2 ?? parts.clock3 ?? parts.clock4 ?? parts.clock5 ?? parts.clock6;
  const [hour, minute, second] = numbers(clock, ":");
  const [year, month = 0, day = 0] = dateOf(parts);
  const full = year ?? recentYear(month, day, hour, minute, now);
  const time = utcTime(full, month, day, hour, minute, second);
  if (time === undefined) return {};
  const precision = second !== undefined ? "second" : hour !== undefined ? "minute" : "day";
  return { modified: time - zoneOffset(parts.zone), precision };
}

/** Year, if there is one, month and day. */
function dateOf(parts: Parts): readonly (number | undefined)[] {
  const { date, separator = "", recent } = parts;
  if (date !== undefined) return numbers(date, separator);
  if (recent !== undefined) return [undefined, ...numbers(recent, "-")];
  const year = parts.year1 ?? parts.year2 ?? parts.year3;
  const month = monthNumber(parts.month1 ?? parts.month2 ?? "");
  return [year === undefined ? undefined : Number(year), month, Number(parts.day1 ?? parts.day2)];
}

function numbers(text: string | undefined, separator: string): number[] {
  return text === undefined ? [] : text.split(separator).map(Number);
}

/** Returns the milliseconds that a zone such as `+0130` is ahead of UTC. */
function zoneOffset(zone: string | undefined): number {
  const [, sign, hours = "0", minutes = "0"] = /^([-+])(\d\d)(\d\d)$/.exec(zone ?? "") ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
