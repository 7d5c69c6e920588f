import { isWindows, type Os } from "./os.ts";

/** Roots of the drives of Windows. */
const DRIVES: readonly string[] = Array.from({ length: 26 }, (_, i) => `${String.fromCharCode(65 + i)}:\\`);

/**
 * Returns the paths that a granted path stands for on a system: on Windows `/` is the root of the current drive alone, so it stands
 * for all drives. Shares (`\\SERVER\SHARE`, and drives that are mapped to one) are not among them: the runtime opens them only for
 * programs with every permission.
 */
export function rootsOf(path: string, os?: Os): readonly string[] {
  return isWindows(os) && path === "/" ? DRIVES : [path];
}

/** Returns the form of a path in which it is compared: Windows does not tell upper from lower case, nor `/` from `\`. */
export function comparedPath(path: string, os?: Os): string {
  return isWindows(os) ? path.replaceAll("/", "\\").toLowerCase() : path;
}
