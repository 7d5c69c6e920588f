import { UsageError } from "../../../core/errors/errors.ts";
import type { FaultRule } from "./rule.ts";

/** Sums of decimal shares are off by less than this. */
const ROUNDING = 1e-9;

/**
 * Checks that rules do not contradict each other: the shares of a name and type are at most the whole, and each fault is there
 * once; delays of different lengths are different faults.
 *
 * @throws {UsageError} `invalid-fault`.
 */
export function checkFaultRules(rules: readonly FaultRule[]): void {
  const shares = new Map<string, number>();
  const seen = new Set<string>();
  for (const { name, type, kind, delay, share } of rules) {
    const subject = type === undefined ? name : `${name}/${type}`;
    const shown = subject.replace(/(?<=[^.])\.(?=\/|$)/, "");
    const fault = `${subject}=${kind}:${delay}`;
    if (seen.has(fault)) throw invalid(`${shown} has the fault ${kind} twice`);
    seen.add(fault);
    const sum = (shares.get(subject) ?? 0) + share;
    if (sum > 1 + ROUNDING) throw invalid(`the shares of ${shown} are ${Math.round(sum * 1000) / 10}%, above 100%`);
    shares.set(subject, sum);
  }
}

function invalid(problem: string): UsageError {
  return new UsageError(`contradictory faults: ${problem}`, { code: "invalid-fault" });
}
