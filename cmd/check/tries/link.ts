import type { Tries } from "./try.ts";

/** Commands to try. */
export const LINK_TRIES: Tries = {};
