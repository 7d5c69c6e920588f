import type { Tries } from "./try.ts";

/** What to try. */
export const NAME_TRIES: Tries = {};
