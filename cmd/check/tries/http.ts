import type { Tries } from "./try.ts";

/** Commands to try. */
export const HTTP_TRIES: Tries = {};
