/** Units of a time to live in zone files, in seconds, the largest first. */
const UNITS = [["w", 604_800], ["d", 86_400], ["h", 3600], ["m", 60], ["s", 1]] as const;

/** Returns a time to live in seconds as zone files have it: `3720`, with `units` `1h2m`. */
export function formatTtl(seconds: number, units: boolean): string {
  if (!units) return String(seconds);
  let left = seconds;
  let text = "";
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    if (count > 0) text += count + unit;
    left -= count * size;
  }
  return text === "" ? "0s" : text;
}
