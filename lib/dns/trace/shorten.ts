import { labelCount, parentName } from "../codec/canonical.ts";

/** Number of questions about shortened names at most, and how many of them add a single label (RFC 9156 §2.3). */
const [MAX_SHORTENED, SINGLE_LABELS] = [10, 4];

/**
 * Returns how many labels of a name are asked for next, if the servers have been asked for `known` of them, after `asked`
 * questions about shortened names: one more at first, then several at a time, so that a long name takes few questions.
 */
export function nextLabels(total: number, known: number, asked: number): number {
  const left = total - known;
  if (left <= 1 || asked >= MAX_SHORTENED) return total;
  if (asked < SINGLE_LABELS) return known + 1;
  return Math.min(total, known + Math.max(1, Math.floor(left / (MAX_SHORTENED - asked))));
}

/** Returns the last labels of an absolute name. */
export function lastLabels(name: string, labels: number): string {
  let shorter = name;
  for (let count = labelCount(name); count > labels; count--) shorter = parentName(shorter);
  return shorter;
}
