import config from "../../deno.json" with { type: "json" };

/** The version of the library and of every tool. */
export const VERSION: string = config.version;

/** The date of that version, for man pages: YYYY-MM-DD. */
export const RELEASED = "2026-11-25";
