import type { Tries } from "./try.ts";

/** Commands to try. */
export const TLS_TRIES: Tries = {};
