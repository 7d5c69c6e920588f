import { createOwnFile } from "./own_file.ts";

/**
 * Returns the owner of files that this process creates in a folder; the runtime returns the user only with another permission. Undefined
 * if nothing can be created, and if files have no owners.
 *
 * Requires read and write permission for the folder.
 */
export function ownerHere(folder: string): number | undefined {
  const path = `${folder}/.toucan-${crypto.randomUUID()}`;
  try {
    createOwnFile(path).close();
    const { uid } = Deno.lstatSync(path);
    Deno.removeSync(path);
    return uid ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a file in a folder belongs to another user: neither to this one, nor to root, nor to the owner
 * of the folder, who can change everything in it anyway. False if that cannot be determined.
 *
 * Requires read and write permission for the folder.
 */
export function isForeign({ uid }: Pick<Deno.FileInfo, "uid">, folder: string): boolean {
  if (uid === null || uid === 0 || uid === Deno.statSync(folder).uid) return false;
  const own = ownerHere(folder);
  return own !== undefined && own !== uid;
}
