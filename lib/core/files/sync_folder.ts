/**
 * Flushes the entries of a folder to the disk, so that a file that was created or renamed there is durable. Returns false if that
 * is not possible: the permission is missing, or the system cannot open folders.
 */
export async function syncFolder(path: string): Promise<boolean> {
  try {
    using folder = await Deno.open(path);
    await folder.sync();
    return true;
  } catch {
    return false;
  }
}

/**
 * Flushes the new name of an open file to the disk: by its folder, or if that was not granted by the
 * file, with which journaling file systems write its rename too.
 */
export async function syncName(folder: string, file: Deno.FsFile): Promise<void> {
  if (!await syncFolder(folder)) await file.sync();
}
