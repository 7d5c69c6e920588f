import type { FtpEntry } from "../entry.ts";
import { parseSize } from "../size.ts";
import { utcTime } from "../utc_time.ts";

const LINE = new RegExp(
  String.raw`^\s{0,3}(\d{1,4})([-/.])(\d{1,2})\2(\d{2,4})\s{1,4}(\d{1,2}):(\d\d)(?::\d\d)?\s?([ap]m?)?\s{1,40}` +
    String.raw`(?:<([A-Z]{3,9})>\s{0,40}|([\d.,]{1,27})\s)`,
  "i",
);

/** Parses a line of `dir`, as IIS sends it; undefined for another form. */
export function parseDosLine(line: string): FtpEntry | undefined {
  const match = LINE.exec(line);
  if (!match) return undefined;
  const [front, first = "", separator = "", second = "", third = "", hour = "", minute = "", half, kind, digits] =
    match;
  const modified = dosTime([first, second, third], separator, hour, minute, half);
  const rest = line.slice(front.length);
  const size = digits === undefined ? undefined : parseSize(digits.replace(/[.,]/g, ""));
  const link = kind !== undefined && kind.toUpperCase() !== "DIR";
  const [, name = rest, target] = link ? /^(.*) \[(.*)\]$/s.exec(rest) ?? [] : [];
  return {
    name,
    type: link ? "link" : kind === undefined ? "file" : "folder",
    ...(size !== undefined && { size }),
    ...(modified !== undefined && { modified, precision: "minute" }),
    ...(target && { target }),
  };
}

function dosTime(
  date: readonly [string, string, string],
  separator: string,
  hour: string,
  minute: string,
  half: string | undefined,
): number | undefined {
  const [first, second, third] = date;
  const [a, b, c] = [Number(first), Number(second), Number(third)];
  const [year, month, day] = first.length === 4
    ? [a, b, c]
    // Months first, as IIS writes, unless there is no such month or the date is written with dots.
    : separator === "." || a > 12
    ? [c, b, a]
    : [c, a, b];
  const full = year > 99 ? year : year + (year < 70 ? 2000 : 1900);
  const hours = half === undefined ? Number(hour) : Number(hour) % 12 + (/^p/i.test(half) ? 12 : 0);
  return utcTime(full, month, day, hours, Number(minute));
}
