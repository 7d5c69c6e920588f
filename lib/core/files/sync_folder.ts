/**
 * Puts the names of a folder on the disk, so that a file that was made or renamed there lasts. Returns false when that
 * cannot be done: the folder was not granted, or the system opens no folders.
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
 * Puts the new name of a file that is still open on the disk: by way of its folder, or where that was not granted of the
 * file, whose own change of names file systems with a journal then write as well.
 */
export async function syncName(folder: string, file: Deno.FsFile): Promise<void> {
  if (!await syncFolder(folder)) await file.sync();
}
