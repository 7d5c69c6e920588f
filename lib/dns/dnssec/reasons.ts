import type { SecurityReason } from "./chain.ts";

/** A reason with its code. */
export function reason(code: string, text: string): SecurityReason {
  return { code, text };
}

const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]] as const;

/** A number of seconds in the largest unit that it fills: `3 days`. */
export function span(seconds: number): string {
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? (["second", 1] as const);
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** A time as people write it: `2026-11-25 08:00:00 UTC`. */
export function moment(time: Date): string {
  return time.toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
}

/**
 * The time that 32 bits of seconds mean: the one of all that are possible that is nearest to now (RFC 4034 §3.1.5, RFC
 * 1982).
 */
export function serialTime(value: number, now: number): Date {
  return new Date((now + serialDifference(value, now)) * 1000);
}

/** By how many seconds a serial time is after another. */
export function serialDifference(value: number, other: number): number {
  return (value - other) | 0;
}
