import { renameToFree } from "../../../core/mod.ts";
import { fileExists } from "../write/open_part.ts";

/**
 * Renames a complete file to a path that must be free; see {@link renameToFree}.
 *
 * @throws {SystemError} `file-exists`.
 */
export function renameNew(from: string, to: string): void {
  if (!renameToFree(from, to)) throw fileExists(to);
}
