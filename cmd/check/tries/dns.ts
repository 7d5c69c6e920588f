import type { Tries } from "./try.ts";

/** What to try. */
export const DNS_TRIES: Tries = {};
