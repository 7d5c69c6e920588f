import { createOwnFile } from "./own_file.ts";

/**
 * The owner of what we create in a folder: who we are, which the runtime tells only by another permission. Undefined
 * where nothing can be created, and where files have no owners.
 *
 * Needs read and write permission for the folder.
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
 * Whether something that we find in a folder was put there by another user: neither by us, nor by root, nor by the owner
 * of the folder, who can change everything in it anyway. False where that cannot be found out.
 *
 * Needs read and write permission for the folder.
 */
export function isForeign({ uid }: Pick<Deno.FileInfo, "uid">, folder: string): boolean {
  if (uid === null || uid === 0 || uid === Deno.statSync(folder).uid) return false;
  const own = ownerHere(folder);
  return own !== undefined && own !== uid;
}
