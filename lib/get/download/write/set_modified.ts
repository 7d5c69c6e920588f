/** Sets the modification time of a file, if it is in the range of the file system. */
export function setModified(file: Deno.FsFile, time: number): void {
  try {
    file.utimeSync(new Date(), new Date(time));
  } catch {
    // The content is complete without it.
  }
}
