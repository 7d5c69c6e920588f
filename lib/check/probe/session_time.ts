import type { ProbeContext } from "./probe.ts";

/** Part of what the check has left, and least number of milliseconds, in which a verdict must still be reached. */
const [MARGIN_SHARE, MARGIN_MS] = [0.1, 50];

/** Returns how many milliseconds a session of many steps may take as a whole, so that its end can still be explained. */
export function sessionTime({ ends, timeout }: Pick<ProbeContext, "ends" | "timeout">): number {
  const left = ends === undefined ? 2 * timeout : ends - performance.now();
  return Math.max(1, left - Math.max(MARGIN_MS, left * MARGIN_SHARE));
}
