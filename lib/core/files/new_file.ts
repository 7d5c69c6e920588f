import { dirname, join } from "../../deps/std/path.ts";
import { writeAll } from "../bytes/writer.ts";
import { closeQuietly } from "../dial/connection.ts";
import { createOwnFile } from "./own_file.ts";
import { renameToFree } from "./free_path.ts";
import { syncFolder } from "./sync_folder.ts";

/**
 * Writes a new file, whole or not at all: under a hidden name in its folder first, and renamed when its data is on the disk. The name is
 * on the disk, too, when the promise resolves. Returns false, and leaves everything as it was, when the path exists.
 *
 * Requires read and write permission for the folder.
 *
 * @throws {Deno.errors.NotFound} When the folder is missing.
 */
export async function writeNewFile(path: string, bytes: Uint8Array): Promise<boolean> {
  const staged = join(dirname(path), `.toucan-${crypto.randomUUID()}.part`);
  const file = createOwnFile(staged);
  let named = false;
  try {
    await writeAll(file, bytes);
    await file.sync();
    // An open file cannot be renamed on Windows.
    closeQuietly(file);
    named = renameToFree(staged, path);
    if (named) await syncFolder(dirname(path));
    return named;
  } finally {
    closeQuietly(file);
    if (!named) await Deno.remove(staged).catch(() => {});
  }
}
