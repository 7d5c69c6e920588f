import type { Tries } from "./try.ts";

/** Commands to try. */
export const REACH_TRIES: Tries = {};
