import type { Tries } from "./try.ts";

/** What to try. */
export const MAIL_TRIES: Tries = {};
