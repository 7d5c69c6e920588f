import { fileId } from "../../../core/mod.ts";
import { absent } from "../../server/root.ts";
import type { RemoteListing } from "../remote/remote_entry.ts";

/** Entries that are compared; more do not make it more certain. */
const COMPARED = 100;

/**
 * Returns whether a listed folder of a server is the local one at a path: when the server runs on this machine, or both
 * have mounted the same file system. Folders of two machines may have the same device and inode; they are different if the
 * local one lacks a listed entry.
 *
 * Needs read permission for the path.
 */
export function isSameFolder({ id, entries }: Pick<RemoteListing, "id" | "entries">, path: string): boolean {
  const there = id === undefined ? undefined : absent(() => Deno.statSync(path));
  if (!there?.isDirectory || fileId(there) !== id) return false;
  return entries.slice(0, COMPARED).every(({ name, type }) =>
    absent(() => Deno.statSync(`${path}/${name}`))?.isDirectory === (type === "folder")
  );
}
