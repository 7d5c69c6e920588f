import { isWindows, type Os } from "./os.ts";

/**
 * Returns whether a path is the null device of Windows, `NUL`: the runtime would take it for a file in the current folder, next to
 * which a `NUL.part` cannot be created.
 */
export function isNullDevice(path: string, os?: Os): boolean {
  return isWindows(os) && /^(?:\\\\\.\\)?nul:?$/i.test(path);
}
