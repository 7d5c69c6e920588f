import { fromSystem, SystemError } from "../../core/mod.ts";
import { join } from "../../deps/std/path.ts";

/**
 * Opens a file that is attached. With `within` it has to lie in that folder: what was opened is compared with what lies there
 * without any symbolic link, since a permission to read a folder follows links out of it.
 *
 * Needs read permission for the file, and for the folder.
 *
 * @throws {SystemError} `file-not-found` and the like, `not-a-file`, `outside-folder`.
 */
export async function openAttached(path: string, within?: string): Promise<Deno.FsFile> {
  try {
    // Opening a pipe would wait for a writer.
    const { isFile } = await Deno.stat(path);
    if (!isFile) {
      throw new SystemError(`cannot attach ${path}: not a regular file`, { code: "not-a-file", peer: path });
    }
    const file = await Deno.open(path);
    if (within === undefined || await liesWithin(file, path, within)) return file;
    file.close();
  } catch (error) {
    throw fromSystem(error, { doing: "attach", what: path });
  }
  throw new SystemError(`cannot attach ${path}: outside the folder`, { code: "outside-folder", peer: path });
}

async function liesWithin(file: Deno.FsFile, path: string, folder: string): Promise<boolean> {
  const [root, real, opened] = await Promise.all([Deno.realPath(folder), Deno.realPath(path), file.stat()]);
  if (!real.startsWith(join(root, "/"))) return false;
  const there = await Deno.lstat(real);
  return there.isFile && there.dev === opened.dev && there.ino === opened.ino;
}
