import { MAX_NAME_BYTES } from "../../codec/limits.ts";
import { isEntryName } from "../../codec/entry.ts";
import type { FtpPath } from "../files.ts";
import { FtpRefusal } from "../refusal.ts";

/** Maximum number of names in a path. */
const MAX_DEPTH = 128;

/**
 * Resolves the path in an argument against the current folder. `..` goes one name up, and at the root nowhere: no path leads
 * out of it.
 *
 * @throws {FtpRefusal} For an empty path, too many names, or a name that cannot be one.
 */
export function resolvePath(current: FtpPath, argument: string): FtpPath {
  if (argument === "") throw new FtpRefusal(501, "Syntax error: a path is required");
  const path = argument.startsWith("/") ? [] : [...current];
  for (const name of argument.split("/")) {
    if (name === "" || name === ".") continue;
    if (name === "..") path.pop();
    else if (isEntryName(name)) path.push(name);
    else throw new FtpRefusal(553, `Invalid name, or longer than ${MAX_NAME_BYTES} bytes`);
    if (path.length > MAX_DEPTH) throw new FtpRefusal(553, `More than ${MAX_DEPTH} names in the path`);
  }
  return path;
}

/** Formats a path as the client sees it. */
export function pathText(path: FtpPath): string {
  return `/${path.join("/")}`;
}
