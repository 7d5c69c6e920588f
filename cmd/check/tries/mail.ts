import type { Tries } from "./try.ts";

/** Commands to try. */
export const MAIL_TRIES: Tries = {};
