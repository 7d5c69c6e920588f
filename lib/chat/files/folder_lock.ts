import { createOwnFile, openOwnFile, SystemError } from "../../core/mod.ts";

/** Name of the file that is locked, which stays in the folder: removing it would let two servers lock two files of this name. */
const LOCK_NAME = ".toucan-lock";

/**
 * Locks a folder of shared files for this server, until the returned file is closed.
 *
 * @throws {SystemError} `file-busy` when another server has locked it.
 */
export function lockFolder(folder: string): Deno.FsFile {
  const path = `${folder}/${LOCK_NAME}`;
  try {
    return openOwnFile(path, { write: true, lock: true }) ??
      createOwnFile(path, { read: true, lock: true, mode: 0o600 });
  } catch (error) {
    const busy = error instanceof Deno.errors.AlreadyExists ||
      (error instanceof SystemError && error.code === "file-busy");
    if (!busy) throw error;
    throw new SystemError(`cannot use ${folder}: another server uses it for shared files`, {
      ...{ code: "file-busy", operation: "write", cause: error },
    });
  }
}
