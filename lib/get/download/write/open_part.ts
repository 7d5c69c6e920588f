import {
  checkWritable,
  createOwnFile,
  fromSystem,
  openOwnFile,
  type OutputPath,
  SystemError,
} from "../../../core/mod.ts";

/**
 * Checks whether an output path is free, or may be replaced with `force`.
 *
 * @throws {SystemError} `file-exists`; `is-a-directory` or `not-a-file` for what is never replaced; `permission-denied` for a
 * read-only file.
 */
export function refuseExisting({ given, path, there }: OutputPath, force: boolean): void {
  if (there && !there.isFile) {
    const [code, what] = there.isDirectory ? ["is-a-directory", "a folder"] : ["not-a-file", "not a regular file"];
    const hint = there.isDirectory ? undefined : "write to stdout and redirect it";
    throw new SystemError(`cannot write ${given}: it is ${what}`, { code, operation: "write", hint });
  }
  // A dangling link exists too.
  if (!there && given === path) return;
  if (!force) throw fileExists(given);
  if (!there) return;
  try {
    checkWritable(given);
  } catch (error) {
    throw fromSystem(error, { doing: "write", what: given });
  }
}

/** Returns the error for an existing file that is not replaced. */
export function fileExists(path: string, more = ""): SystemError {
  return new SystemError(`${path} already exists${more}`, {
    code: "file-exists",
    operation: "write",
    reason: "not-replaced",
  });
}

/**
 * Creates a part file, or opens that of an earlier run, and locks it. `mode` is that of the file it will replace: the part is
 * not readable by more users.
 *
 * @throws {SystemError} `file-busy`, `not-a-file` and the like.
 */
export function openPart(
  path: string,
  mode?: number,
): { readonly handle: Deno.FsFile; readonly fresh: boolean } {
  for (let tries = 0; tries < 10; tries++) {
    try {
      const opened = createOrOpen(path, mode);
      if (opened) return opened;
    } catch (error) {
      if (error instanceof SystemError && error.code === "file-replaced") continue;
      throw fromSystem(error, { doing: "write", what: path });
    }
  }
  throw new SystemError(`${path} is in use by another process`, { code: "file-busy", operation: "write" });
}

function createOrOpen(
  path: string,
  mode?: number,
): { readonly handle: Deno.FsFile; readonly fresh: boolean } | undefined {
  try {
    // Another run has to be able to continue it.
    const own = mode === undefined ? undefined : (mode & 0o777) | 0o600;
    return { handle: createOwnFile(path, { read: true, lock: true, mode: own }), fresh: true };
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  // A hard link of the complete file was left by a run that was killed after it had renamed the file.
  const there = lstat(path);
  if (there?.isFile && (there.nlink ?? 1) > 1) removeQuietly(path);
  const handle = openOwnFile(path, { write: true, lock: true });
  return handle && { handle, fresh: false };
}

/** Returns the metadata of a path; undefined if it does not exist. */
function lstat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

/** Removes a file, if it exists. */
export function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is gone.
  }
}
