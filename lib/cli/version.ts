import config from "../../deno.json" with { type: "json" };

/** Version of the library and of all tools. */
export const VERSION: string = config.version;

/** Date of the version for man pages: YYYY-MM-DD. */
export const RELEASED = "2026-11-27";

/** Returns the line that `--version` prints: the name of the tool, without its verb, and the version. */
export function versionLine(path: readonly string[]): string {
  return `${path.slice(0, 2).join(" ")} ${VERSION}`;
}
