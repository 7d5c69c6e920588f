/** Operating system, by its name in Deno. */
export type Os = typeof Deno.build.os;

/** Returns whether a system is Windows, by default the one that this runs on. */
export function isWindows(os: Os = Deno.build.os): boolean {
  return os === "windows";
}
