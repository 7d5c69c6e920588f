/** Smallest, middle and largest of several durations in milliseconds. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Returns the spread of durations; undefined without any. */
export function spreadOf(times: readonly number[]): Spread | undefined {
  const sorted = times.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  return min === undefined || max === undefined || median === undefined ? undefined : { min, median, max };
}

/** Returns milliseconds as they are shown: one decimal below 10. */
export function milliseconds(ms: number): number {
  return ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms);
}
