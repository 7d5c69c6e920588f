import type { Tries } from "./try.ts";

/** What to try. */
export const HTTP_TRIES: Tries = {};
