import config from "../../deno.json" with { type: "json" };

/** The version of the library and of every tool. */
export const VERSION: string = config.version;
