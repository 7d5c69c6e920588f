const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Returns the seconds of a TTL: a number, or numbers with the units of zone files such as `1h30m`; undefined if the text is invalid. */
export function parseDuration(text: string): number | undefined {
  if (/^\d{1,10}$/.test(text)) return Number(text) > 0xffff_ffff ? undefined : Number(text);
  if (!/^(?:\d{1,10}[smhdw])+$/i.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit] of text.toLowerCase().matchAll(/(\d+)([smhdw])/g)) {
    sum += Number(count) * (UNITS[unit ?? ""] ?? 0);
  }
  return sum > 0xffff_ffff ? undefined : sum;
}
