import { createOwnFile, renameFile, writeAll, writeAllSync } from "../../../core/mod.ts";
import { idOfName } from "./file_name.ts";
import { fill } from "./look_into.ts";

const SMALL = 256 * 1024;

/** Gives a file another name; where the file system cannot, copies it. */
export function linkOrCopy(from: string, to: string): void {
  try {
    Deno.linkSync(from, to);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.AlreadyExists) throw error;
    const { mtime } = Deno.statSync(from);
    const temporary = `${to.replace(/\/(?:new|cur)\/[^/]*$/, "/tmp/")}${idOfName(to.slice(to.lastIndexOf("/") + 1))}`;
    try {
      using file = createOwnFile(temporary, { mode: 0o600 });
      writeAllSync(file, Deno.readFileSync(from));
      file.syncSync();
      if (mtime) file.utimeSync(mtime, mtime);
    } catch (failure) {
      try {
        Deno.removeSync(temporary);
      } catch {
        // It was not created.
      }
      throw failure;
    }
    renameFile(temporary, to);
  }
}

/** Writes and synchronizes a file. A small one is written synchronously, which takes less time than another thread. */
export async function writeSynced(
  path: string,
  pieces: readonly Uint8Array[],
  size: number,
  received: number,
): Promise<void> {
  using file = createOwnFile(path, { mode: 0o600 });
  for (const piece of pieces) {
    if (size > SMALL) await writeAll(file, piece);
    else writeAllSync(file, piece);
  }
  // Its time is that of the arrival.
  if (Math.abs(Date.now() - received) > 1000) file.utimeSync(received / 1000, received / 1000);
  await file.sync();
}

/** Reads the beginning of a file. */
export async function readHead(path: string, limit: number): Promise<Uint8Array> {
  using file = await Deno.open(path);
  return await fill(file, new Uint8Array(limit));
}
