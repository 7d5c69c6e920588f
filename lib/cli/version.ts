import config from "../../deno.json" with { type: "json" };

/** The version of the library and of every tool. */
export const VERSION: string = config.version;

/** The date of that version, for man pages: YYYY-MM-DD. */
export const RELEASED = "2026-11-25";

/** The tool and its version; of a verb, its tool's. */
export function versionLine(path: readonly string[]): string {
  return `${path.slice(0, 2).join(" ")} ${VERSION}`;
}
