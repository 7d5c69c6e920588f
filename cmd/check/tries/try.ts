import type { FindingData, Target } from "../../../lib/check/mod.ts";

/** Returns command lines to try, without `toucan`, such as `resolve --type MX example.com`. */
export type Try = (data: FindingData, target: Target) => readonly string[];

/** Commands to try, by code. */
export type Tries = Readonly<Record<string, Try>>;
