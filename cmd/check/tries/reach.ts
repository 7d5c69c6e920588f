import type { Tries } from "./try.ts";

/** What to try. */
export const REACH_TRIES: Tries = {};
