import type { Tries } from "./try.ts";

/** What to try. */
export const LINK_TRIES: Tries = {};
