/** Puts the names of a folder on the disk, so that a file that was made or renamed there lasts; where a system opens no folders nothing is done. */
export async function syncFolder(path: string): Promise<void> {
  try {
    using folder = await Deno.open(path);
    await folder.sync();
  } catch {
    // Then it is as safe as this system makes it.
  }
}
