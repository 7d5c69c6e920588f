import type { Tries } from "./try.ts";

/** Commands to try. */
export const NAME_TRIES: Tries = {};
