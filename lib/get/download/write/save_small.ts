import { checkName, closeQuietly, type GroupCommit, isForeign, SystemError } from "../../../core/mod.ts";
import { createHash } from "../../../deps/node/hash.ts";
import { basename, dirname, join } from "../../../deps/std/path.ts";
import type { Destination } from "../naming/destination.ts";
import { HeldFile } from "./held_file.ts";
import { isFree, renameNew } from "../naming/new_name.ts";
import { openPart } from "./open_part.ts";

const WINDOWS = Deno.build.os === "windows";

/** How {@link saveSmall} saves. */
export interface SaveSmallOptions {
  /** Whether a file that gets the name in the meantime is replaced. */
  readonly force: boolean;
  /** Where the file goes instead when it turns out to be larger. */
  readonly larger: () => Destination;
  /** Puts it on the disk together with others. */
  readonly commits?: GroupCommit;
}

/** Whether neither a file nor the part of one has this path. */
export function isNew(path: string): boolean {
  return isFree(path) && isFree(`${path}.part`);
}

/**
 * Saves a small file under a name that is free: it is received in memory, written under a hidden name that follows
 * from its own, and gets its name when it is on the disk, unless another file has it by then.
 */
export function saveSmall(path: string, length: number | undefined, options: SaveSmallOptions): HeldFile {
  const folder = dirname(path);
  const staged = stagedPath(path);
  return new HeldFile(
    {
      ...{ file: path, folder, staged, larger: options.larger },
      open: () => openStaged(staged),
      name: (handle) => giveName(handle, staged, path, options.force),
    },
    length,
    options.commits,
  );
}

/** Where a small file is written before it has its name: a name that follows from it, and which no file server shows. */
export function stagedPath(path: string): string {
  const hash = createHash("sha256").update(new TextEncoder().encode(basename(path))).digest("hex");
  return join(dirname(path), `.toucan-${hash.slice(0, 16)}.part`);
}

/**
 * Creates a file that is written before it gets its name, or empties what an earlier run has left of it; locked.
 *
 * @throws {SystemError} `file-busy`, `not-a-file`, `not-owner`.
 */
export function openStaged(path: string): Deno.FsFile {
  const { handle, fresh } = openPart(path);
  if (fresh) return handle;
  try {
    if (isForeign(handle.statSync(), dirname(path))) {
      throw new SystemError(`${path} belongs to another user`, { code: "not-owner", operation: "write" });
    }
    handle.truncateSync(0);
    return handle;
  } catch (error) {
    closeQuietly(handle);
    throw error;
  }
}

function giveName(handle: Deno.FsFile, staged: string, path: string, force: boolean): void {
  // Windows does not rename a file that is open.
  if (WINDOWS) closeQuietly(handle);
  if (force) Deno.renameSync(staged, path);
  else renameNew(staged, path);
  if (!WINDOWS) checkName(path, handle);
}
