import {
  checkWritable,
  createOwnFile,
  fromSystem,
  openOwnFile,
  type OutputPath,
  SystemError,
} from "../../../core/mod.ts";

/**
 * Looks at what stands where a file shall be: whether it can be replaced, and with `force` may be.
 *
 * @throws {SystemError} `file-exists`, or `not-a-file` for what is not to be replaced at all; `permission-denied` for what
 * must not be written.
 */
export function refuseExisting({ given, path, there }: OutputPath, force: boolean): void {
  if (there && !there.isFile) {
    const [code, what] = there.isDirectory ? ["is-a-directory", "a folder"] : ["not-a-file", "no ordinary file"];
    const hint = there.isDirectory ? undefined : "write to stdout, and redirect that";
    throw new SystemError(`cannot write ${given}: it is ${what}`, { code, operation: "write", hint });
  }
  // A link is there, too, when its target is missing.
  if (!there && given === path) return;
  if (!force) throw fileExists(given);
  if (!there) return;
  try {
    checkWritable(given);
  } catch (error) {
    throw fromSystem(error, { doing: "write", what: given });
  }
}

/** The error for a file that is not to be replaced. */
export function fileExists(path: string, more = ""): SystemError {
  return new SystemError(`${path} is there already${more}`, {
    code: "file-exists",
    operation: "write",
    hint: "--force replaces it, once the new one is whole",
  });
}

/**
 * Creates a part, or opens that of an earlier run, and locks it; another process that had it may have renamed it. One
 * that will replace a file of this mode is no more open to others than that.
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
  throw new SystemError(`${path} comes and goes`, { code: "file-busy", operation: "write" });
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
  // A name that the finished file has too is what was left of a run that ended right behind its success.
  const there = look(path);
  if (there?.isFile && (there.nlink ?? 1) > 1) removeQuietly(path);
  const handle = openOwnFile(path, { write: true, lock: true });
  return handle && { handle, fresh: false };
}

/** What lies at a path. */
function look(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

/** Takes a file away, if it is there. */
export function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is gone already.
  }
}
