const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** Minutes of the zones that had names (RFC 5322 §4.3); of all others it is not known what they mean. */
const ZONES: Readonly<Record<string, number>> = {
  ...{ ut: 0, utc: 0, gmt: 0, z: 0, est: -300, edt: -240, cst: -360, cdt: -300 },
  ...{ mst: -420, mdt: -360, pst: -480, pdt: -420 },
};
const DATE =
  /^(?:[a-z]+\s*,?\s+)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*[\s-]+(\d{2,4})\s+(\d{1,2})\s*:\s*(\d{2})(?:\s*:\s*(\d{2})(?:\.\d{1,9})?)?(?:\s*(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})|\s+([a-z]+))?$/i;

/** The order of mailbox files and `asctime`, which programs without a library for mail write. */
const ASCTIME = /^([a-z]{3}) ([a-z]{3}) (\d{1,2}) ([\d:]+) (\d{4})$/i;

/** Parses a date (RFC 5322 §3.3 and §4.3), to the second; undefined when it is invalid. */
export function readMailDate(text: string): Date | undefined {
  if (text.length > 200) return undefined;
  const plain = withoutComments(text).replace(/\s+/g, " ").trim().replace(ASCTIME, "$3 $2 $5 $4");
  const [all, day, name = "", years = "", hour, minute, second = "0", sign, zoneHours, zoneMinutes, zone = "z"] =
    DATE.exec(plain) ?? [];
  const month = MONTHS.indexOf(name.toLowerCase());
  if (all === undefined || month < 0) return undefined;
  // Years of two and three digits (RFC 5322 §4.3).
  const short = Number(years);
  const year = years.length === 4 ? short : short + (years.length === 2 && short < 50 ? 2000 : 1900);
  const [days, hours, minutes] = [Number(day), Number(hour), Number(minute)];
  // The sixtieth second is one that leaps.
  const seconds = Math.min(Number(second), 59);
  const offset = sign === undefined
    ? ZONES[zone.toLowerCase()] ?? 0
    : (sign === "-" ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes));
  if (days < 1 || hours > 23 || minutes > 59 || Number(second) > 60 || Math.abs(offset) >= 6000) return undefined;
  const local = Date.UTC(year, month, days, hours, minutes, seconds);
  if (new Date(local).getUTCDate() !== days) return undefined;
  return new Date(local - offset * 60_000);
}

/** Comments may stand within each other, although that is rare. */
function withoutComments(text: string): string {
  const less = text.replace(/\([^()]*\)/g, " ");
  return less === text ? text : withoutComments(less);
}
