import type { Tries } from "./try.ts";

/** Commands to try. */
export const DNS_TRIES: Tries = {};
