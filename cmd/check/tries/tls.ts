import type { Tries } from "./try.ts";

/** What to try. */
export const TLS_TRIES: Tries = {};
