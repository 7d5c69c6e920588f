import { SystemError, writeNewFile } from "../../../core/mod.ts";
import { join } from "../../../deps/std/path.ts";
import { shortenName } from "../../../http/codec/fields/file_name.ts";

/** Names that are tried, each with another number. */
const MAX_NAMES = 1000;
const MAX_NAME_BYTES = 255;

/**
 * Saves bytes in a folder, under a name that is safe already. A file with the same bytes is left as it is; where another one has the name,
 * a number is added to it.
 *
 * Requires read and write permission for the folder.
 *
 * @returns Path of the file.
 * @throws {SystemError} `file-exists` when all names are taken.
 */
export async function saveInFolder(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  for (let number = 1; number <= MAX_NAMES; number++) {
    const path = join(folder, number === 1 ? name : shortenName(name, MAX_NAME_BYTES, `-${number}`));
    if (await writeNewFile(path, bytes) || await hasBytes(path, bytes)) return path;
  }
  throw new SystemError(`cannot write ${join(folder, name)}: ${MAX_NAMES} files have this name`, {
    code: "file-exists",
    operation: "write",
  });
}

/** Whether a path is a regular file, not a link, with these bytes. */
async function hasBytes(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    const { isFile, size } = await Deno.lstat(path);
    if (!isFile || size !== bytes.length) return false;
    const there = await Deno.readFile(path);
    return there.length === bytes.length && there.every((byte, i) => byte === bytes[i]);
  } catch {
    return false;
  }
}
