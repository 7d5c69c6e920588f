import {
  checkName,
  closeQuietly,
  type GroupCommit,
  isForeign,
  isFree,
  releaseToRename,
  renameFile,
  SystemError,
} from "../../../core/mod.ts";
import { createHash } from "../../../deps/node/hash.ts";
import { basename, dirname, join } from "../../../deps/std/path.ts";
import type { Destination } from "../naming/destination.ts";
import { BufferedFile } from "./buffered_file.ts";
import { renameNew } from "../naming/new_name.ts";
import { openPart } from "./open_part.ts";

/** Options of {@link saveSmall}. */
export interface SaveSmallOptions {
  /** Whether a file that appears under the name in the meantime is replaced. */
  readonly force: boolean;
  /** Opens another destination when the file turns out to be larger. */
  readonly larger: () => Destination;
  /** Flushes it to the disk together with other files. */
  readonly commits?: GroupCommit;
}

/** Whether neither a file nor its part exists. */
export function isNew(path: string): boolean {
  return isFree(path) && isFree(`${path}.part`);
}

/**
 * Saves a small file under a free name: it is received in memory, written under a hidden name that is derived from its own,
 * and renamed when it is on the disk, unless another file has the name by then.
 */
export function saveSmall(path: string, length: number | undefined, options: SaveSmallOptions): BufferedFile {
  const folder = dirname(path);
  const staged = stagedPath(path);
  return new BufferedFile(
    {
      ...{ file: path, folder, staged, larger: options.larger },
      open: () => openStaged(staged),
      name: (handle) => giveName(handle, staged, path, options.force),
    },
    length,
    options.commits,
  );
}

/** Returns the path of a staged file: derived from its name, and hidden by file servers. */
export function stagedPath(path: string): string {
  const hash = createHash("sha256").update(new TextEncoder().encode(basename(path))).digest("hex");
  return join(dirname(path), `.toucan-${hash.slice(0, 16)}.part`);
}

/**
 * Creates a staged file, or empties that of an earlier run; locked.
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
  const release = releaseToRename(handle);
  release?.();
  if (force) renameFile(staged, path);
  else renameNew(staged, path);
  if (!release) checkName(path, handle);
}
