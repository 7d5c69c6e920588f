import { resolve } from "../../deps/path.ts";
import { createOwnFile, fromSystem, openOwnFile, SystemError } from "../../core/mod.ts";

/**
 * Whether something stands where a file shall be.
 *
 * @throws {SystemError} `file-exists`, or `not-a-file` for what is not to be replaced at all.
 */
export function refuseExisting(path: string, force: boolean): void {
  const there = look(path);
  if (!there) return;
  if (!there.isFile && !there.isSymlink) {
    const [code, what] = there.isDirectory ? ["is-a-directory", "a folder"] : ["not-a-file", "no ordinary file"];
    const hint = there.isDirectory ? undefined : "write to stdout, and redirect that";
    throw new SystemError(`cannot write ${path}: it is ${what}`, { code, operation: "write", hint });
  }
  if (isOfSystem(path)) {
    throw new SystemError(`cannot write ${path}: it is not an ordinary file`, {
      code: "not-a-file",
      operation: "write",
      hint: "write to stdout, and redirect that",
    });
  }
  if (force) return;
  throw new SystemError(`${path} is there already`, {
    code: "file-exists",
    operation: "write",
    hint: "--force replaces it, once the new one is whole",
  });
}

/** Whether a path lies in a folder of the system's own, or is a link to there, such as `/dev/stdout`: never to be replaced. */
function isOfSystem(path: string): boolean {
  const ofSystem = (place: string) => /^\/(?:dev|proc|sys)\//.test(resolve(place));
  try {
    return ofSystem(path) || ofSystem(Deno.readLinkSync(path));
  } catch {
    return false;
  }
}

function look(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw fromSystem(error, { doing: "look at", what: path });
  }
}

/**
 * Creates a part, or opens that of an earlier run, and locks it; whoever had it in the meantime may have renamed it.
 *
 * @throws {SystemError} `file-busy`, `not-a-file` and the like.
 */
export function openPart(path: string): { readonly handle: Deno.FsFile; readonly fresh: boolean } {
  for (let tries = 0; tries < 10; tries++) {
    try {
      const opened = createOrOpen(path);
      if (opened) return opened;
    } catch (error) {
      if (error instanceof SystemError && error.code === "file-replaced") continue;
      throw fromSystem(error, { doing: "write", what: path });
    }
  }
  throw new SystemError(`${path} comes and goes`, { code: "file-busy", operation: "write" });
}

function createOrOpen(path: string): { readonly handle: Deno.FsFile; readonly fresh: boolean } | undefined {
  try {
    return { handle: createOwnFile(path, { read: true, lock: true }), fresh: true };
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  // A name that the finished file has too is what was left of a run that ended right behind its success.
  const there = look(path);
  if (there?.isFile && (there.nlink ?? 1) > 1) removeQuietly(path);
  const handle = openOwnFile(path, { write: true, lock: true });
  return handle && { handle, fresh: false };
}

/** Takes a file away, if it is there. */
export function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is gone already.
  }
}
