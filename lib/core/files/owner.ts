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
