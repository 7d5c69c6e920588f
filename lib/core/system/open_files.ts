import { closeQuietly } from "../dial/connection.ts";
import { isWindows, type Os } from "./os.ts";

/**
 * Returns the function that closes a file before it is renamed, on Windows; undefined elsewhere, where an open file can be
 * renamed and the new name is compared with it.
 */
export function releaseToRename(file: Deno.FsFile, os?: Os): (() => void) | undefined {
  return isWindows(os) ? () => closeQuietly(file) : undefined;
}

/**
 * Returns whether the entries of folders are flushed. Windows opens no folder as a file; its file system writes names to its
 * journal. On macOS the runtime's flush is `F_FULLFSYNC`, which includes the cache of the drive.
 */
export function flushesFolders(os?: Os): boolean {
  return !isWindows(os);
}
