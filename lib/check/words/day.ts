/** Returns a date as people write it: `2026-11-28`. */
export function day(date: Date): string {
  return Number.isNaN(date.getTime()) ? "an invalid date" : date.toISOString().slice(0, 10);
}
