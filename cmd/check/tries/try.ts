import type { FindingCode, FindingData, Target } from "../../../lib/check/mod.ts";

/** Returns what to try: command lines of ours without `toucan`, such as `resolve --type MX example.com`. */
export type Try = (data: FindingData, target: Target) => readonly string[];

/** What to try for some codes. */
export type Tries = Partial<Record<FindingCode, Try>>;
