const DAY_MS = 86_400_000;

/** Returns the time of day some days from now. */
export function dayFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}

/** Returns texts to hide in golden files: the dates at these distances from now, in days. */
export function hiddenDays(...days: readonly number[]): Record<string, string> {
  return Object.fromEntries(days.map((days) => [dayFromNow(days).toISOString().slice(0, 10), "DATE"]));
}
