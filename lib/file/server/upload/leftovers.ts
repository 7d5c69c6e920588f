import { openOwnFile, ownerHere, TimeSlice } from "../../../core/mod.ts";
import { isUnfinished } from "../../codec/path.ts";
import type { Root } from "../root.ts";

/**
 * Removes the half-written uploads of a server that was killed: regular files below the root with the names that uploads
 * have, which belong to this user and were last written before `before`. Links are not followed, and a file that another server
 * has locked is being written and stays.
 */
export async function removeLeftovers(root: Root, before: Date, signal: AbortSignal): Promise<void> {
  const turns = new TimeSlice();
  const folders = [root.path];
  let owner: { readonly uid?: number } | undefined;
  for (let folder = folders.pop(); folder !== undefined && !signal.aborted; folder = folders.pop()) {
    try {
      for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
        if (signal.aborted) return;
        const path = `${folder}/${name}`;
        if (isDirectory) folders.push(path);
        else if (isFile && isUnfinished(name)) remove(path, before, (owner ??= { uid: ownerHere(root.path) }).uid);
        if (turns.due) await turns.pass();
      }
    } catch {
      // A folder that cannot be read, or is gone, has nothing that can be removed.
    }
  }
}

function remove(path: string, before: Date, owner: number | undefined): void {
  try {
    const { uid, mtime } = Deno.lstatSync(path);
    if ((mtime ?? before) >= before || (uid ?? undefined) !== owner) return;
    using file = openOwnFile(path, { write: true, lock: true });
    if (file) Deno.removeSync(path);
  } catch {
    // It has another owner, is being written, or is gone.
  }
}
